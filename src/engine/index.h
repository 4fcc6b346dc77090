/* SPDX-License-Identifier: MIT */
/* A chained hash index over nodes that live inside other objects. */
#ifndef SN_ENGINE_INDEX_H
#define SN_ENGINE_INDEX_H

#include <sonde/base.h>

struct sn_index_node {
	struct sn_index_node *next;
	uint64_t key;
	void *owner;
};

/* {0} is empty. */
struct sn_index {
	struct sn_index_node **buckets;
	size_t bucket_count, count;
};

void sn_index_finish(struct sn_index *index);
/* The node is the caller's and must outlive its place in the index. SONDE_E_NOMEM. */
int sn_index_add(struct sn_index *index, struct sn_index_node *node, uint64_t key, void *owner) SONDE_MUST_USE;
void sn_index_remove(struct sn_index *index, struct sn_index_node *node);
/* First node with that key; sn_index_next gives further ones; NULL: no more. */
struct sn_index_node *sn_index_first(const struct sn_index *index, uint64_t key);
struct sn_index_node *sn_index_next(const struct sn_index_node *node);

#endif
