/* SPDX-License-Identifier: MIT */
/* The index against a list that is searched from end to end. */
#include "test.h"

#include "base/rng.h"
#include "engine/index.h"

enum { NODES = 200, KEYS = 40, OPERATIONS = 10000 };

static void empty_and_twice_finished_is_fine(void **unused)
{
	(void)unused;
	struct sn_index index = {0};
	struct sn_index_node node = {0};
	assert_null(sn_index_first(&index, 1));
	sn_index_remove(&index, &node);
	sn_index_finish(&index);
	assert_int_equal(sn_index_add(&index, &node, 7, &index), 0);
	assert_ptr_equal(sn_index_first(&index, 7), &node);
	sn_index_finish(&index);
	sn_index_finish(&index);
	assert_null(sn_index_first(&index, 7));
}

struct model {
	struct sn_index index;
	struct sn_index_node nodes[NODES];
	uint64_t key[NODES];
	bool in[NODES];
};

/* Every node of a key is found exactly once, and no other. */
static void check_key(const struct model *m, uint64_t key)
{
	bool found[NODES] = {false};
	for (struct sn_index_node *node = sn_index_first(&m->index, key); node; node = sn_index_next(node)) {
		size_t i = (size_t)(node - m->nodes);
		assert_true(i < NODES && !found[i]);
		assert_ptr_equal(node->owner, &m->key[i]);
		found[i] = true;
	}
	for (size_t i = 0; i < NODES; i++)
		assert_int_equal(found[i], m->in[i] && m->key[i] == key);
}

static void random_operations_agree_with_a_list(void **unused)
{
	(void)unused;
	static struct model m;
	struct sn_rng rng;
	sn_rng_init(&rng, 11, 0);
	size_t count = 0;
	for (unsigned n = 0; n < OPERATIONS; n++) {
		size_t i = sn_rng_below(&rng, NODES);
		if (m.in[i] || (n % 7 == 0)) {
			/* Taking out what is not in does nothing. */
			sn_index_remove(&m.index, &m.nodes[i]);
			count -= m.in[i];
			m.in[i] = false;
		} else {
			/* Few keys, and such that share a bucket. */
			m.key[i] = sn_rng_below(&rng, KEYS) << (n % 2 ? 0 : 32);
			assert_int_equal(sn_index_add(&m.index, &m.nodes[i], m.key[i], &m.key[i]), 0);
			m.in[i] = true;
			count++;
		}
		assert_int_equal(m.index.count, count);
		check_key(&m, m.key[i]);
		check_key(&m, sn_rng_below(&rng, KEYS + 5));
	}
	sn_index_finish(&m.index);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(empty_and_twice_finished_is_fine),
		cmocka_unit_test(random_operations_agree_with_a_list),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
