/* SPDX-License-Identifier: MIT */
/* Allocations that fail: the n-th one, for all n. One process stands before main() and forks a run for each n, so that a run costs its own
 * time and no more. Of each run it writes "N STATUS FAILED LEFT OUT ERR\n" and then OUT bytes of standard output and ERR of standard error:
 * STATUS as wait(2) has it, FAILED 1 where an allocation did fail, LEFT how many blocks nobody freed. Run 0 is one in which none fails; the
 * last is the first that needs less than N. Memory is watched as a sanitizer would: a block that was given back is filled and never used
 * again, one that is given back twice ends the run. */
#include "faulty.h"

#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <malloc.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { BLOCKS_MAX = 1 << 18, FILL = 0xa5, LINE_MAX_BYTES = 128, RUN_MOST_S = 2 };

void *__libc_malloc(size_t bytes);
void *__libc_calloc(size_t count, size_t bytes);
void *__libc_realloc(void *block, size_t bytes);
void __libc_free(void *block);

enum faulty_sweep faulty_sweep;
long faulty_from, faulty_to;

static long allocation_count;
static bool watching;     /* in a run of the sweep, from main() on */
static struct block {
	void *at;
	void *by;         /* NULL: given back */
} *blocks;                /* by hash of the address, none is ever taken out */
static struct shared {
	long failed, left;
} *shared;

static struct block *find(const void *at)
{
	size_t slot = ((uintptr_t)at >> 4) * 2654435761u % BLOCKS_MAX;
	while (blocks[slot].at && blocks[slot].at != at)
		slot = (slot + 1) % BLOCKS_MAX;
	return &blocks[slot];
}

/* Where a debugger stops. */
__attribute__((noinline)) static void out_of_memory(void)
{
	if (shared)
		shared->failed = 1;
	errno = ENOMEM;
}

/* libseccomp 2.5.4 frees twice and goes on with what it has freed when it gets no memory. That is not ours to mend, and comes before the
 * first packet: there it always gets some. */
static bool is_spared(const void *by)
{
	Dl_info info;
	return faulty_from && dladdr(by, &info) && strstr(info.dli_fname, "libseccomp");
}

static bool fails(const void *by)
{
	if (is_spared(by))
		return false;
	allocation_count++;
	if (!faulty_from || allocation_count < faulty_from || allocation_count > faulty_to)
		return false;
	out_of_memory();
	return true;
}

static void *given(void *at, void *by)
{
	if (watching && at)
		*find(at) = (struct block){.at = at, .by = by};
	return at;
}

void *malloc(size_t bytes)
{
	return fails(__builtin_return_address(0)) ? NULL : given(__libc_malloc(bytes), __builtin_return_address(0));
}

void *calloc(size_t count, size_t bytes)
{
	return fails(__builtin_return_address(0)) ? NULL : given(__libc_calloc(count, bytes), __builtin_return_address(0));
}

/* Nothing in front of its return may tell the compiler what it does with the block. */
void free(void *at)
{
	struct block *block = watching && at ? find(at) : NULL;
	if (!block || block->at != at) {
		__libc_free(at);
		return;
	}
	if (!block->by) {
		(void)dprintf(STDERR_FILENO, "faulty: given back twice\n");
		abort();
	}
	block->by = NULL;
	memset(at, FILL, malloc_usable_size(at));
}

void *realloc(void *at, size_t bytes)
{
	if (!watching)
		return fails(__builtin_return_address(0)) ? NULL : __libc_realloc(at, bytes);
	if (fails(__builtin_return_address(0)))
		return NULL;
	void *grown = given(__libc_malloc(bytes), __builtin_return_address(0));
	size_t had_bytes = at ? malloc_usable_size(at) : 0;
	if (grown && at) {
		memcpy(grown, at, had_bytes < bytes ? had_bytes : bytes);
		free(at);
	}
	return grown;
}

void *reallocarray(void *at, size_t count, size_t bytes)
{
	size_t all_bytes;
	if (__builtin_mul_overflow(count, bytes, &all_bytes)) {
		errno = ENOMEM;
		return NULL;
	}
	return realloc(at, all_bytes);
}

/* ---- the sweep ---- */

static int (*real_main)(int argc, char **argv, char **envp);

/* What the C library keeps to itself until the end is its own affair. */
static void count_left(void)
{
	watching = false;
	for (size_t i = 0; i < BLOCKS_MAX; i++) {
		Dl_info info;
		if (!blocks[i].by || !dladdr(blocks[i].by, &info) || strstr(info.dli_fname, "libc.so"))
			continue;
		shared->left++;
		if (getenv("SONDE_FAULTY_SHOW"))
			(void)dprintf(STDERR_FILENO, "faulty: left by %s+%#tx\n", info.dli_fname,
			              (char *)blocks[i].by - (char *)info.dli_fbase);
	}
}

static void *mapped(size_t bytes)
{
	void *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (at == MAP_FAILED)
		abort();
	return at;
}

static void copy(int fd, off_t count)
{
	char part[4096];
	for (off_t at = 0; at < count;) {
		ssize_t got = pread(fd, part, sizeof part, at);
		if (got <= 0 || write(STDOUT_FILENO, part, (size_t)got) != got)
			abort();
		at += got;
	}
}

/* What the loader allocated before is none of the program's. */
static int counted_main(int argc, char **argv, char **envp)
{
	allocation_count = 0;
	return real_main(argc, argv, envp);
}

static void one_run(int argc, char **argv, char **envp, int out, int err)
{
	if (dup2(out, STDOUT_FILENO) < 0 || dup2(err, STDERR_FILENO) < 0 || close(out) < 0 || close(err) < 0)
		abort();
	blocks = mmap(NULL, BLOCKS_MAX * sizeof *blocks, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (blocks == MAP_FAILED || atexit(count_left) != 0)
		abort();
	alarm(RUN_MOST_S); /* what hangs ends by that */
	watching = true;
	exit(counted_main(argc, argv, envp));
}

static int sweep(int argc, char **argv, char **envp)
{
	shared = mapped(sizeof *shared);
	for (long n = 0;; n++) {
		int out = memfd_create("out", 0), err = memfd_create("err", 0), status;
		char line[LINE_MAX_BYTES];
		*shared = (struct shared){0};
		faulty_from = n;
		faulty_to = faulty_sweep == FAULTY_SINCE ? LONG_MAX : n;
		pid_t pid = fork();
		if (pid == 0)
			one_run(argc, argv, envp, out, err);
		if (pid < 0 || waitpid(pid, &status, 0) != pid)
			abort();
		off_t out_bytes = lseek(out, 0, SEEK_END), err_bytes = lseek(err, 0, SEEK_END);
		int line_bytes = snprintf(line, sizeof line, "%ld %d %ld %ld %ld %ld\n", n, status, shared->failed, shared->left,
		                          (long)out_bytes, (long)err_bytes);
		if (write(STDOUT_FILENO, line, (size_t)line_bytes) != line_bytes)
			abort();
		copy(out, out_bytes);
		copy(err, err_bytes);
		close(out);
		close(err);
		if (n && !shared->failed)
			return 0;
	}
}

int __libc_start_main(int (*main)(int, char **, char **), int argc, char **argv, int (*init)(int, char **, char **), void (*fini)(void),
                      void (*rtld_fini)(void), void *stack_end);
int __libc_start_main(int (*main)(int, char **, char **), int argc, char **argv, int (*init)(int, char **, char **), void (*fini)(void),
                      void (*rtld_fini)(void), void *stack_end)
{
	__typeof__(&__libc_start_main) next = (__typeof__(next))dlsym(RTLD_NEXT, "__libc_start_main");
	real_main = main;
	return next(faulty_sweep == FAULTY_NOT ? counted_main : sweep, argc, argv, init, fini, rtld_fini, stack_end);
}
