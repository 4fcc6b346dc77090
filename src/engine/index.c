/* SPDX-License-Identifier: MIT */
/* Intrusive chained hash table; keys are hashes already. */
#include "engine/index.h"

#include <stdlib.h>

enum { FIRST_BUCKETS = 16 };

void sn_index_finish(struct sn_index *index)
{
	free(index->buckets);
	*index = (struct sn_index){0};
}

static struct sn_index_node **bucket(const struct sn_index *index, uint64_t key)
{
	return &index->buckets[key & (index->bucket_count - 1)];
}

static int grow(struct sn_index *index)
{
	struct sn_index bigger = {.bucket_count = index->bucket_count ? index->bucket_count * 2 : FIRST_BUCKETS, .count = index->count};
	bigger.buckets = calloc(bigger.bucket_count, sizeof(struct sn_index_node *));
	if (!bigger.buckets)
		return SONDE_E_NOMEM;
	for (size_t i = 0; i < index->bucket_count; i++)
		for (struct sn_index_node *node = index->buckets[i], *next; node; node = next) {
			struct sn_index_node **head = bucket(&bigger, node->key);
			next = node->next;
			node->next = *head;
			*head = node;
		}
	free(index->buckets);
	*index = bigger;
	return 0;
}

int sn_index_add(struct sn_index *index, struct sn_index_node *node, uint64_t key, void *owner)
{
	if (index->count >= index->bucket_count && grow(index) < 0)
		return SONDE_E_NOMEM;
	struct sn_index_node **head = bucket(index, key);
	*node = (struct sn_index_node){.next = *head, .key = key, .owner = owner};
	*head = node;
	index->count++;
	return 0;
}

void sn_index_remove(struct sn_index *index, struct sn_index_node *node)
{
	if (!node->owner)
		return;
	struct sn_index_node **link = bucket(index, node->key);
	while (*link && *link != node)
		link = &(*link)->next;
	if (*link) {
		*link = node->next;
		index->count--;
	}
	*node = (struct sn_index_node){0};
}

static struct sn_index_node *same_key(struct sn_index_node *node, uint64_t key)
{
	while (node && node->key != key)
		node = node->next;
	return node;
}

struct sn_index_node *sn_index_first(const struct sn_index *index, uint64_t key)
{
	return index->bucket_count ? same_key(*bucket(index, key), key) : NULL;
}

struct sn_index_node *sn_index_next(const struct sn_index_node *node)
{
	return same_key(node->next, node->key);
}
