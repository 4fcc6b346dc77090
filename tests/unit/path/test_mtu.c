/* SPDX-License-Identifier: MIT */
/* The path's MTU as a judge of events reads it: places, ranges, what is sure and what is not. */
#include "madepath.h"

#include <errno.h>
#include <sonde/mtu.h>

static struct sonde_mtu mtu;

static void start(struct fixture *f)
{
	f->m.target = addr_of("10.0.9.9");
	made_event(&f->m, (struct sonde_event){.type = SONDE_EV_TRACE_START,
	                                       .as.start = {.dst = f->m.target, .first_ttl = 1, .max_ttl = 30, .gap = 10,
	                                                    .plan = SONDE_PLAN_PMTU, .mtu_bytes = 1500}});
}

/* A probe of that size that leaves now. */
static struct sonde_event_probe sent(struct fixture *f, uint8_t ttl, uint16_t bytes)
{
	struct sonde_event_probe probe = {.token = ++f->m.next_token, .ttl = ttl, .size_bytes = bytes, .sent_at_ns = f->m.now};
	made_event(&f->m, (struct sonde_event){.type = SONDE_EV_SENT, .probe = probe});
	return probe;
}

/* … and who answers what; from NULL: nobody. */
static void probe(struct fixture *f, uint8_t ttl, uint16_t bytes, const char *from, enum sonde_meaning meaning, uint16_t said)
{
	struct sonde_event event = {.probe = sent(f, ttl, bytes), .type = from ? SONDE_EV_REPLY : SONDE_EV_TIMEOUT};
	f->m.now += SONDE_S;
	if (from) {
		event.as.answer =
		    (struct sonde_event_answer){.from = addr_of(from), .meaning = meaning, .mtu_bytes = said, .rtt_ns = SONDE_MS};
		event.as.answer.in_targets_name = sonde_addr_equal(&event.as.answer.from, &f->m.target);
	}
	made_event(&f->m, event);
}

static void passes(struct fixture *f, uint16_t bytes)
{
	probe(f, 255, bytes, "10.0.9.9", SONDE_M_ECHO_REPLY, 0);
}

static void hop(struct fixture *f, uint8_t ttl, uint16_t bytes, const char *from)
{
	probe(f, ttl, bytes, from, SONDE_M_TIME_EXCEEDED, 0);
}

/* Three routers and the target behind them; some controls. */
static void small_ones(struct fixture *f)
{
	for (unsigned i = 0; i < 6; i++)
		passes(f, 60);
	for (unsigned i = 0; i < 3; i++) {
		hop(f, 1, 60, "10.0.1.1");
		hop(f, 2, 60, "10.0.2.1");
		hop(f, 3, 60, "10.0.3.1");
	}
	probe(f, 4, 60, "10.0.9.9", SONDE_M_ECHO_REPLY, 0);
}

static void silence(struct fixture *f, uint8_t ttl, uint16_t bytes, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		probe(f, ttl, bytes, NULL, SONDE_M_NONE, 0);
}

static void read(struct fixture *f)
{
	assert_int_equal(sonde_mtu_read(f->path, &mtu), SONDE_OK);
}

static void another_trace_has_no_mtu(void **state)
{
	struct fixture *f = *state;
	assert_int_equal(sonde_mtu_read(f->path, &mtu), SONDE_E_RANGE);
	made_start(&f->m, "10.0.9.9", 3);
	assert_int_equal(sonde_mtu_read(f->path, &mtu), SONDE_E_RANGE);
}

static void a_message_is_placed_by_ttl_and_by_address(void **state)
{
	struct fixture *f = *state;
	start(f);
	small_ones(f);
	probe(f, 255, 1500, "10.0.2.1", SONDE_M_PACKET_TOO_BIG, 1400);
	probe(f, 255, 1401, "10.0.2.1", SONDE_M_PACKET_TOO_BIG, 1400);
	passes(f, 1400);
	read(f);
	assert_true(mtu.reached && mtu.echoes);
	assert_int_equal(mtu.aim_ttl, 4);
	assert_int_equal(mtu.path_bytes, 1400);
	assert_int_equal(mtu.narrowing_count, 1);
	assert_true(sonde_narrowing_is_exact(&mtu.narrowings[0]));
	assert_int_equal(mtu.narrowings[0].after_ttl, 2);
	assert_int_equal(mtu.narrowings[0].before_ttl, 3);
	assert_int_equal(mtu.hop_bytes[2], 1500);
	assert_int_equal(mtu.hop_bytes[3], 1400);
}

static void one_from_an_address_that_is_no_hop_is_placed_by_ttl(void **state)
{
	struct fixture *f = *state;
	start(f);
	small_ones(f);
	probe(f, 255, 1401, "10.7.7.7", SONDE_M_PACKET_TOO_BIG, 1400);
	passes(f, 1400);
	read(f);
	assert_int_equal(mtu.narrowings[0].after_ttl, 0);
	assert_int_equal(mtu.narrowings[0].before_ttl, 0);
	hop(f, 1, 1401, "10.0.1.1");
	probe(f, 3, 1401, "10.7.7.7", SONDE_M_PACKET_TOO_BIG, 1400);
	read(f);
	assert_int_equal(mtu.narrowings[0].after_ttl, 1);
	assert_int_equal(mtu.narrowings[0].before_ttl, 3);
	probe(f, 2, 1401, "10.7.7.7", SONDE_M_PACKET_TOO_BIG, 1400);
	read(f);
	assert_int_equal(mtu.narrowings[0].before_ttl, 2);
}

/* A packet-too-big that may be anybody's. */
static void weak_message(struct fixture *f, uint16_t bytes, const char *from, uint16_t said)
{
	struct sonde_event event = {.type = SONDE_EV_REPLY, .probe = sent(f, 255, bytes)};
	event.as.answer = (struct sonde_event_answer){
	    .from = addr_of(from), .meaning = SONDE_M_PACKET_TOO_BIG, .mtu_bytes = said, .weak = true};
	made_event(&f->m, event);
}

static void weak_messages_are_believed_where_they_fit(void **state)
{
	struct fixture *f = *state;
	start(f);
	small_ones(f);
	passes(f, 1400);
	weak_message(f, 1500, "10.0.2.1", 1400);
	read(f);
	assert_int_equal(mtu.narrowings[0].cause, SONDE_MTU_DOUBTED);
	assert_int_equal(mtu.narrowings[0].said_bytes, 1400);
	weak_message(f, 1401, "10.0.2.1", 1400);
	weak_message(f, 1401, "10.0.2.1", 1400);
	read(f);
	assert_int_equal(mtu.narrowings[0].cause, SONDE_MTU_DOUBTED);
	weak_message(f, 1401, "10.0.2.1", 1400);
	read(f);
	assert_int_equal(mtu.narrowings[0].cause, SONDE_MTU_SAID);
	assert_int_equal(mtu.narrowings[0].after_ttl, 2);
	/* not where one names another value, or another address does */
	weak_message(f, 1401, "10.0.2.1", 600);
	read(f);
	assert_int_equal(mtu.narrowings[0].cause, SONDE_MTU_DOUBTED);
}

static void weak_messages_that_do_not_fit_are_told_as_such(void **state)
{
	struct fixture *f = *state;
	start(f);
	small_ones(f);
	passes(f, 1400);
	for (unsigned i = 0; i < 6; i++)
		weak_message(f, 1401, "10.0.2.1", 1300);
	read(f);
	assert_int_equal(mtu.narrowings[0].cause, SONDE_MTU_DOUBTED);
	/* and what passes was refused by nobody */
	passes(f, 1401);
	read(f);
	assert_int_equal(mtu.narrowing_count, 0);
	assert_false(mtu.ways.several);
}

/* One lost probe, then as many as loss does not explain; then the place. */
static void silence_convicts_when_loss_cannot_explain_it(void **state)
{
	struct fixture *f = *state;
	start(f);
	small_ones(f);
	passes(f, 1400);
	silence(f, 255, 1401, 1);
	read(f);
	assert_int_equal(mtu.narrowing_count, 1);
	assert_false(mtu.narrowings[0].sure);
	silence(f, 255, 1401, 4);
	hop(f, 1, 1401, "10.0.1.1");
	hop(f, 2, 1401, "10.0.2.1");
	read(f);
	/* echo replies are as large: the target's silence is no proof, that of hop 3 is */
	assert_false(mtu.narrowings[0].sure);
	assert_int_equal(mtu.narrowings[0].before_ttl, 0);
	silence(f, 3, 1401, 3);
	read(f);
	assert_false(mtu.narrowings[0].sure);
	silence(f, 3, 1401, 1);
	read(f);
	assert_true(mtu.narrowings[0].sure);
	assert_int_equal(mtu.narrowings[0].after_ttl, 2);
	assert_int_equal(mtu.narrowings[0].before_ttl, 3);
	assert_int_equal(mtu.narrowings[0].silent_count, 5);
}

static void a_hop_that_rations_does_not_tell(void **state)
{
	struct fixture *f = *state;
	start(f);
	small_ones(f);
	passes(f, 1400);
	silence(f, 255, 1401, 5);
	hop(f, 2, 1401, "10.0.2.1");
	silence(f, 3, 1401, 4);
	silence(f, 3, 60, 2);
	read(f);
	assert_int_equal(mtu.narrowings[0].before_ttl, 0);
	assert_false(mtu.narrowings[0].sure);
}

/* What is smaller than a size that is refused for sure may have been lost. */
static void a_lost_probe_moves_no_edge(void **state)
{
	struct fixture *f = *state;
	start(f);
	small_ones(f);
	passes(f, 1280);
	silence(f, 255, 1300, 1);
	silence(f, 255, 1401, 5);
	hop(f, 2, 1401, "10.0.2.1");
	silence(f, 3, 1401, 4);
	read(f);
	assert_int_equal(mtu.narrowings[0].got_bytes, 1280);
	assert_int_equal(mtu.narrowings[0].refused_bytes, 1401);
	assert_true(mtu.narrowings[0].sure);
	/* and a message behind one silent probe is not exact by it */
	probe(f, 255, 1302, "10.0.1.1", SONDE_M_PACKET_TOO_BIG, 1280);
	probe(f, 255, 1500, "10.0.1.1", SONDE_M_PACKET_TOO_BIG, 1280);
	silence(f, 255, 1301, 1);
	read(f);
	assert_int_equal(mtu.narrowings[0].refused_bytes, 1302);
	assert_int_equal(mtu.narrowings[0].got_bytes, 1280);
}

static void controls_that_are_lost_acquit(void **state)
{
	struct fixture *f = *state;
	start(f);
	small_ones(f);
	silence(f, 255, 60, 4);
	passes(f, 1400);
	silence(f, 255, 1401, 9);
	hop(f, 2, 1401, "10.0.2.1");
	silence(f, 3, 1401, 4);
	read(f);
	assert_false(mtu.narrowings[0].sure);
}

static void a_size_that_did_not_leave_is_this_machines(void **state)
{
	struct fixture *f = *state;
	start(f);
	small_ones(f);
	passes(f, 1492);
	struct sonde_event event = {.type = SONDE_EV_LOCAL_ERROR, .probe = sent(f, 255, 1493), .as.sys_errno = EMSGSIZE};
	made_event(&f->m, event);
	read(f);
	assert_int_equal(mtu.narrowings[0].cause, SONDE_MTU_LOCAL);
	assert_int_equal(mtu.path_bytes, 1492);
	/* one that the device dropped is silent */
	for (unsigned i = 0; i < 8; i++) {
		event = (struct sonde_event){.type = SONDE_EV_LOCAL_ERROR, .probe = sent(f, 255, 1480), .as.sys_errno = ENOBUFS};
		made_event(&f->m, event);
	}
	read(f);
	assert_int_equal(mtu.ways.large_silent, 8);
	/* another errno says nothing of size */
	event = (struct sonde_event){.type = SONDE_EV_LOCAL_ERROR, .probe = sent(f, 255, 700), .as.sys_errno = EPERM};
	made_event(&f->m, event);
	read(f);
	assert_int_equal(mtu.narrowing_count, 1);
}

static void without_the_target_its_last_router_is_the_aim(void **state)
{
	struct fixture *f = *state;
	start(f);
	silence(f, 255, 60, 4);
	hop(f, 1, 60, "10.0.1.1");
	hop(f, 2, 60, "10.0.2.1");
	hop(f, 2, 1300, "10.0.2.1");
	probe(f, 2, 1500, "10.0.1.1", SONDE_M_PACKET_TOO_BIG, 1300);
	read(f);
	assert_false(mtu.reached);
	assert_int_equal(mtu.aim_ttl, 2);
	assert_int_equal(mtu.path_bytes, 1300);
	assert_int_equal(mtu.narrowings[0].after_ttl, 1);
	assert_int_equal(mtu.narrowings[0].before_ttl, 2);
}

/* … by the same size, by a larger one, or by what got past his place. */
static void what_gets_past_who_refuses_it_takes_another_way(void **state)
{
	struct fixture *f = *state;
	start(f);
	small_ones(f);
	passes(f, 1400);
	probe(f, 255, 1401, "10.0.2.1", SONDE_M_PACKET_TOO_BIG, 1400);
	read(f);
	assert_false(mtu.ways.several);
	hop(f, 2, 1500, "10.0.2.1");
	read(f);
	assert_false(mtu.ways.several);
	hop(f, 3, 1480, "10.0.3.1");
	read(f);
	assert_true(mtu.ways.several);
	assert_int_equal(mtu.ways.got_bytes, 1480);
	assert_int_equal(mtu.ways.got_ttl, 3);
	assert_int_equal(mtu.ways.refused_bytes, 1401);
	passes(f, 1500);
	read(f);
	assert_int_equal(mtu.ways.got_bytes, 1500);
	assert_int_equal(mtu.ways.got_ttl, 0);
	assert_false(mtu.ways.proved);
}

/* The sizes that a farther link refuses are smaller than all that a nearer one does: who comes again is on another way. */
static void who_refuses_by_turns_is_on_several_ways(void **state)
{
	struct fixture *f = *state;
	start(f);
	small_ones(f);
	passes(f, 790);
	probe(f, 255, 1500, "10.0.2.1", SONDE_M_PACKET_TOO_BIG, 790);
	probe(f, 255, 1300, "10.0.3.1", SONDE_M_PACKET_TOO_BIG, 1043);
	read(f);
	assert_int_equal(mtu.narrowing_count, 2);
	assert_false(mtu.ways.several);
	probe(f, 255, 1000, "10.0.2.1", SONDE_M_PACKET_TOO_BIG, 790);
	read(f);
	assert_true(mtu.ways.several);
	assert_int_equal(mtu.ways.refused_bytes, 1000);
	assert_int_equal(mtu.ways.got_bytes, 790);
}

/* A filter that takes offence at some lengths lets larger ones pass: only the same size contradicts it. */
static void a_filter_is_contradicted_by_the_same_size_alone(void **state)
{
	struct fixture *f = *state;
	start(f);
	small_ones(f);
	probe(f, 255, 1000, "10.0.2.1", SONDE_M_ADMIN_PROHIBITED, 0);
	passes(f, 1500);
	read(f);
	assert_false(mtu.ways.several);
	passes(f, 1000);
	read(f);
	assert_true(mtu.ways.several);
	assert_int_equal(mtu.ways.meaning, SONDE_M_ADMIN_PROHIBITED);
}

/* Who refuses a smaller one, right behind the hop that a silent larger one got to, would have refused that, too. */
static void silence_before_a_message_of_the_same_link_is_a_lost_message(void **state)
{
	struct fixture *f = *state;
	start(f);
	small_ones(f);
	silence(f, 255, 1500, 1);
	hop(f, 2, 1500, "10.0.2.1");
	probe(f, 255, 1401, "10.0.2.1", SONDE_M_PACKET_TOO_BIG, 1400);
	passes(f, 1400);
	read(f);
	assert_int_equal(mtu.narrowing_count, 1);
	assert_int_equal(mtu.narrowings[0].cause, SONDE_MTU_SAID);
	/* … unless it is more than that */
	silence(f, 255, 1500, 8);
	silence(f, 3, 1500, 4);
	read(f);
	assert_int_equal(mtu.narrowing_count, 2);
	assert_int_equal(mtu.narrowings[0].cause, SONDE_MTU_SILENT);
}

/* What a router has said once holds for the sizes to which it says nothing more: it rations that. */
static void a_message_that_came_once_counts_for_all(void **state)
{
	struct fixture *f = *state;
	start(f);
	small_ones(f);
	probe(f, 255, 1500, "10.0.2.1", SONDE_M_PACKET_TOO_BIG, 1400);
	hop(f, 2, 1401, "10.0.2.1");
	silence(f, 255, 1401, 8);
	silence(f, 3, 1401, 4);
	passes(f, 1400);
	read(f);
	assert_int_equal(mtu.narrowing_count, 1);
	assert_int_equal(mtu.narrowings[0].cause, SONDE_MTU_SAID);
	assert_int_equal(mtu.narrowings[0].got_bytes, 1400);
	assert_int_equal(mtu.narrowings[0].refused_bytes, 1401);
	assert_int_equal(mtu.narrowings[0].after_ttl, 2);
	/* … unless one of these gets farther: it is somewhere else that they vanish */
	hop(f, 3, 1401, "10.0.3.1");
	read(f);
	assert_int_equal(mtu.narrowing_count, 2);
}

static void odd_sizes_have_names(void **state)
{
	(void)state;
	assert_string_equal(sonde_mtu_guess(1492), "PPPoE (RFC 2516)");
	assert_non_null(sonde_mtu_guess(1420));
	assert_non_null(sonde_mtu_guess(1496));
	assert_non_null(sonde_mtu_guess(8950));
	assert_null(sonde_mtu_guess(1500));
	assert_null(sonde_mtu_guess(1401));
}

#define CASE(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(another_trace_has_no_mtu),
		CASE(a_message_is_placed_by_ttl_and_by_address),
		CASE(one_from_an_address_that_is_no_hop_is_placed_by_ttl),
		CASE(weak_messages_are_believed_where_they_fit),
		CASE(weak_messages_that_do_not_fit_are_told_as_such),
		CASE(silence_convicts_when_loss_cannot_explain_it),
		CASE(a_hop_that_rations_does_not_tell),
		CASE(a_lost_probe_moves_no_edge),
		CASE(controls_that_are_lost_acquit),
		CASE(a_size_that_did_not_leave_is_this_machines),
		CASE(without_the_target_its_last_router_is_the_aim),
		CASE(what_gets_past_who_refuses_it_takes_another_way),
		CASE(who_refuses_by_turns_is_on_several_ways),
		CASE(a_filter_is_contradicted_by_the_same_size_alone),
		CASE(silence_before_a_message_of_the_same_link_is_a_lost_message),
		CASE(a_message_that_came_once_counts_for_all),
		CASE(odd_sizes_have_names),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
