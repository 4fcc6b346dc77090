/* SPDX-License-Identifier: MIT */
/* What a run says of its rounds in its capture. */
#include "made_capture.h"

/* Of one flow, a second apart: one trace of as many queries, unless the run says in between that it begins again. Where it says so does not
 * matter, nor in which order. */
static void rounds_are_traces_of_their_own(void **state)
{
	(void)state;
	enum { ROUNDS = 3 };
	for (int says = 0; says <= 1; says++) {
		struct made_capture c = capture_new();
		sonde_at_ns ended[ROUNDS];
		for (size_t i = 0; i < ROUNDS; i++) {
			add_trace(&c, 7);
			ended[i] = c.now;
			c.now += SONDE_S;
		}
		for (size_t i = ROUNDS; says && i-- > 0;)
			assert_int_equal(sn_replay_round(c.replay, ended[i] + (sonde_ns)i), SONDE_OK);
		paired(&c, says ? ROUNDS : 1);
		assert_int_equal(sn_replay_is_repeated(c.replay), says);
		for (size_t i = 0; i < sn_replay_count(c.replay); i++) {
			struct sonde_path *path = played(&c, i);
			assert_int_equal(sn_replay_cfg(c.replay, i)->queries, says ? 1 : ROUNDS);
			assert_int_equal(sonde_path_distance(path), 3);
			sonde_path_free(path);
		}
		sn_replay_free(c.replay);
	}
}

/* Two traces to one target that no round parts are no --repeat, and neither is one trace. */
static void traces_side_by_side_are_no_rounds(void **state)
{
	(void)state;
	struct made_capture c = capture_new();
	add_trace(&c, 7);
	assert_int_equal(sn_replay_round(c.replay, c.now), SONDE_OK);
	paired(&c, 1);
	assert_false(sn_replay_is_repeated(c.replay));
	sn_replay_free(c.replay);
	c = capture_new();
	assert_int_equal(sn_replay_round(c.replay, c.now - 1), SONDE_OK);
	add_trace(&c, 7);
	add_trace(&c, 8);
	assert_int_equal(sn_replay_round(c.replay, c.now), SONDE_OK);
	paired(&c, 2);
	assert_false(sn_replay_is_repeated(c.replay));
	sn_replay_free(c.replay);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rounds_are_traces_of_their_own),
		cmocka_unit_test(traces_side_by_side_are_no_rounds),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
