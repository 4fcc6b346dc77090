/* SPDX-License-Identifier: MIT */
/* libpcap, and what stands in its place where a build leaves it out. */
#include "ext/pcap.h"

#if SONDE_WITH_PCAP

#include "ext/file.h"

#include <errno.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_SHOWN = 128, SNAP_BYTES = 1 << 18 };
#define SECONDS_MOST (INT64_MAX / SONDE_S / 2)

/* ---- reading ---- */

struct sn_pcap_in {
	FILE *stream;  /* NULL: it is pcap's */
	pcap_t *pcap;  /* NULL: nothing of it was read yet */
	uint32_t link_type;
	char name[NAME_SHOWN];
};

static int cannot_read(const char *name, const char *why, struct sonde_error *err)
{
	sonde_fail(err, SONDE_E_FORMAT, 0, "reading the capture '%.120s': %.100s", name, why);
	return sonde_hint(err, SONDE_E_FORMAT, "give a pcap or pcapng file, as tcpdump -w and wireshark write them");
}

int sn_pcap_open(struct sn_pcap_in **out, const char *file, struct sonde_error *err)
{
	FILE *stream = strcmp(file, "-") == 0 ? stdin : fopen(file, "re");
	if (!stream)
		return sn_file_failed("opening", file, err);
	*out = calloc(1, sizeof **out);
	if (!*out) {
		if (stream != stdin)
			fclose(stream);
		return sonde_fail(err, SONDE_E_NOMEM, 0, "reading '%.120s'", file);
	}
	(*out)->stream = stream;
	snprintf((*out)->name, sizeof (*out)->name, "%s", file);
	return SONDE_OK;
}

/* The first record is behind what libpcap reads of the file when it takes the stream over, which it closes with itself. */
static int begin(struct sn_pcap_in *in, struct sonde_error *err)
{
	char why[PCAP_ERRBUF_SIZE] = "";
	in->pcap = pcap_fopen_offline_with_tstamp_precision(in->stream, PCAP_TSTAMP_PRECISION_NANO, why);
	if (!in->pcap)
		return cannot_read(in->name, why, err);
	in->stream = NULL;
	in->link_type = (uint32_t)pcap_datalink(in->pcap);
	return SONDE_OK;
}

/* A hostile file may say anything of its time: seconds beyond what nanoseconds can count are cut, fractions taken for what they are. */
static sonde_at_ns at_of(const struct pcap_pkthdr *header)
{
	int64_t seconds = (int64_t)header->ts.tv_sec, fraction = (int64_t)header->ts.tv_usec; /* nanoseconds, as asked for */
	seconds = seconds < 0 ? 0 : seconds > SECONDS_MOST ? SECONDS_MOST : seconds;
	fraction = fraction < 0 ? 0 : fraction >= SONDE_S ? SONDE_S - 1 : fraction;
	return seconds * SONDE_S + fraction;
}

int sn_pcap_next(struct sn_pcap_in *in, struct sn_captured *out, struct sonde_error *err)
{
	struct pcap_pkthdr *header;
	const u_char *bytes;
	if (!in->pcap && begin(in, err) < 0)
		return err->code;
	int got = pcap_next_ex(in->pcap, &header, &bytes);
	if (got == PCAP_ERROR_BREAK)
		return 0;
	if (got != 1)
		return cannot_read(in->name, pcap_geterr(in->pcap), err);
	*out = (struct sn_captured){.at_ns = at_of(header),
	                            .link_type = in->link_type,
	                            .bytes = bytes,
	                            .captured_bytes = header->caplen,
	                            .whole_bytes = header->len};
	return 1;
}

void sn_pcap_close(struct sn_pcap_in *in)
{
	if (!in)
		return;
	if (in->pcap)
		pcap_close(in->pcap);
	if (in->stream && in->stream != stdin)
		fclose(in->stream);
	free(in);
}

/* ---- writing ---- */

struct sn_pcap_out {
	pcap_t *pcap;
	pcap_dumper_t *dumper;
	int sys_errno;      /* of the first packet that could not be written */
	char name[NAME_SHOWN];
};

int sn_pcap_create(struct sn_pcap_out **out, const char *file, struct sonde_error *err)
{
	FILE *stream = fopen(file, "we");
	if (!stream)
		return sn_file_failed("writing", file, err);
	struct sn_pcap_out *made = calloc(1, sizeof *made);
	pcap_t *pcap = made ? pcap_open_dead_with_tstamp_precision(DLT_RAW, SNAP_BYTES, PCAP_TSTAMP_PRECISION_NANO) : NULL;
	pcap_dumper_t *dumper = pcap ? pcap_dump_fopen(pcap, stream) : NULL;
	if (!dumper) {
		int code = pcap ? sn_file_failed("writing", file, err) : sonde_fail(err, SONDE_E_NOMEM, 0, "writing '%.120s'", file);
		if (pcap)
			pcap_close(pcap);
		fclose(stream);
		free(made);
		return code;
	}
	*made = (struct sn_pcap_out){.pcap = pcap, .dumper = dumper};
	snprintf(made->name, sizeof made->name, "%s", file);
	*out = made;
	return SONDE_OK;
}

void sn_pcap_write(struct sn_pcap_out *out, int64_t wall_ns, const uint8_t *bytes, size_t length_bytes)
{
	static const uint8_t nothing[1];
	wall_ns = wall_ns < 0 ? 0 : wall_ns;
	struct pcap_pkthdr header = {.caplen = (bpf_u_int32)length_bytes, .len = (bpf_u_int32)length_bytes};
	header.ts.tv_sec = (time_t)(wall_ns / SONDE_S);
	header.ts.tv_usec = (suseconds_t)(wall_ns % SONDE_S);
	errno = 0;
	pcap_dump((u_char *)out->dumper, &header, bytes ? bytes : nothing);
	if (!out->sys_errno && ferror(pcap_dump_file(out->dumper)))
		out->sys_errno = errno; /* it returns nothing, and until the end others set errno */
}

int sn_pcap_finish(struct sn_pcap_out *out, struct sonde_error *err)
{
	if (!out)
		return SONDE_OK;
	int code = SONDE_OK;
	if (pcap_dump_flush(out->dumper) < 0 || ferror(pcap_dump_file(out->dumper))) {
		errno = out->sys_errno ? out->sys_errno : errno;
		code = sn_file_failed("writing", out->name, err);
	}
	pcap_dump_close(out->dumper);
	pcap_close(out->pcap);
	free(out);
	return code;
}

#else

#include <stddef.h>

static int left_out(const char *file, struct sonde_error *err)
{
	sonde_fail(err, SONDE_E_UNSUPPORTED, 0, "capture '%.120s': this sonde was built without libpcap", file);
	return sonde_hint(err, SONDE_E_UNSUPPORTED, "install libpcap-dev and build it again with -Dpcap=enabled");
}

int sn_pcap_open(struct sn_pcap_in **out, const char *file, struct sonde_error *err)
{
	*out = NULL;
	return left_out(file, err);
}

int sn_pcap_next(struct sn_pcap_in *in, struct sn_captured *out, struct sonde_error *err)
{
	(void)in;
	(void)out;
	return left_out("", err);
}

void sn_pcap_close(struct sn_pcap_in *in)
{
	(void)in;
}

int sn_pcap_create(struct sn_pcap_out **out, const char *file, struct sonde_error *err)
{
	*out = NULL;
	return left_out(file, err);
}

void sn_pcap_write(struct sn_pcap_out *out, int64_t wall_ns, const uint8_t *bytes, size_t length_bytes)
{
	(void)out;
	(void)wall_ns;
	(void)bytes;
	(void)length_bytes;
}

int sn_pcap_finish(struct sn_pcap_out *out, struct sonde_error *err)
{
	(void)out;
	(void)err;
	return SONDE_OK;
}

#endif
