/* SPDX-License-Identifier: MIT */
/* A search for the path MTU that ends before it has all answers, at whatever instant: what is told then is true as well. */
#include "measured.h"
#include "test.h"

#include <stdio.h>
#include <string.h>

static struct measured m;

static int undo(void **unused)
{
	(void)unused;
	measured_finish(&m);
	return 0;
}

/* me - r1 - r2 - r3 - target, 20 ms there and back; the link behind r2 is one of these. */
static const struct {
	const char *link;
	unsigned path_bytes;
	bool vanishes;
} ways[] = {
	{"", 1500, false},
	{"mtu=1400", 1400, false},
	{"mtu=1437 mtu-says=0", 1437, false},
	{"mtu=1400 mtu-says=1450", 1400, false},
	{"mtu=1400 mtu-silent", 1400, true},
	{"mtu=1290 mtu-silent", 1290, true},
};
static const char *const methods[] = {"icmp", "udp", "tcp"};
#define STEP_NS (11 * SONDE_MS)
enum { STEPS = 100, IMPATIENT_LAST_MS = 30 };

static void run(size_t way, size_t method, uint8_t family, sonde_ns deadline_ns, sonde_ns wait_max_ns)
{
	char text[1024];
	snprintf(text, sizeof text,
	         "observer me\nrouter r1 r2 r3\nhost target\n"
	         "link me r1 10.1.0.1/24 10.1.0.2/24 2001:db8:1::1/64 2001:db8:1::2/64 delay=2ms\n"
	         "link r1 r2 10.2.0.1/24 10.2.0.2/24 2001:db8:2::1/64 2001:db8:2::2/64 delay=3ms\n"
	         "link r2 r3 10.3.0.1/24 10.3.0.2/24 2001:db8:3::1/64 2001:db8:3::2/64 delay=4ms %s\n"
	         "link r3 target 10.4.0.1/24 10.4.0.2/24 2001:db8:4::1/64 2001:db8:4::2/64 delay=1ms\n",
	         ways[way].link);
	measured_finish(&m);
	m = (struct measured){.net = text, .method = methods[method], .family = family, .seed = 1, .deadline_ns = deadline_ns,
	                      .wait_max_ns = wait_max_ns};
	measured_run(&m);
	m.net = NULL;
}

/* Status 0 is a measured MTU, and a black hole is where it is. */
static void expect_true(size_t way, const char *what, sonde_ns value_ns)
{
	const struct sonde_finding *f, *hole, *wrong;
	unsigned found = measured_found(&m, "pmtu", &f);
	const char *fault = found != 1 ? "no pmtu" : NULL;
	if (found == 1 && !f->exit_status && m.mtu.path_bytes != ways[way].path_bytes)
		fault = "measured, and not so";
	if (found == 1 && strstr(f->sentence, "takes no more, and so much gets through") && m.mtu.path_bytes != 1500)
		fault = "this machine's link takes more";
	if (found == 1 && strstr(f->sentence, "IPv6 asks"))
		fault = "each link takes what IPv6 asks of it";
	if (measured_found(&m, "pmtu-blackhole", &hole) && (!ways[way].vanishes || hole->evidence[0].value > ways[way].path_bytes))
		fault = "no black hole there";
	if (measured_found(&m, "mtu-message-wrong", &wrong) && !strstr(ways[way].link, "mtu-says=1450") && m.family == 4)
		fault = "no message is wrong";
	if (fault)
		fail_msg("%s: '%s', %s over IPv%u, %s %lld ns: %s", fault, ways[way].link, m.method, m.family, what, (long long)value_ns,
		         found ? f->sentence : "");
}

#define EACH_WAY_OF_ASKING(way, method, family) \
	for (size_t way = 0; way < sizeof ways / sizeof *ways; way++) \
		for (size_t method = 0; method < sizeof methods / sizeof *methods; method++) \
			for (uint8_t family = 4; family <= 6; family += 2)

static void a_deadline_makes_nothing_false(void **unused)
{
	(void)unused;
	EACH_WAY_OF_ASKING (way, method, family)
		for (unsigned step = 1; step <= STEPS; step++) {
			run(way, method, family, step * STEP_NS, 0);
			expect_true(way, "deadline", step * STEP_NS);
		}
}

/* Answers come later than anybody waits for them, to some hops or to all. */
static void impatience_makes_nothing_false(void **unused)
{
	(void)unused;
	EACH_WAY_OF_ASKING (way, method, family)
		for (unsigned ms = 1; ms <= IMPATIENT_LAST_MS; ms++) {
			run(way, method, family, 0, ms * SONDE_MS);
			expect_true(way, "wait", ms * SONDE_MS);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(a_deadline_makes_nothing_false, undo),
		cmocka_unit_test_teardown(impatience_makes_nothing_false, undo),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
