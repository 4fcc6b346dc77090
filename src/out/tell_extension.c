/* SPDX-License-Identifier: MIT */
/* An extension object as a document, its pieces put together again. */
#include "out/tell.h"

#include <string.h>

static void tell_name(struct sn_doc *doc, const struct sonde_extension_name *name, bool there)
{
	if (there)
		sn_doc_strange(doc, "name", name->bytes, name->length_bytes);
	else
		sn_doc_null(doc, "name");
}

static void tell_mpls(struct sn_doc *doc, const struct sonde_extension *e, size_t count)
{
	sn_doc_array(doc, "labels");
	for (size_t piece = 0; piece < count; piece++)
		for (size_t i = 0; i < e[piece].as.mpls.count; i++) {
			const struct sonde_extension_label *label = &e[piece].as.mpls.labels[i];
			sn_doc_object(doc, NULL);
			sn_doc_whole(doc, "label", label->label);
			sn_doc_whole(doc, "tc", label->tc);
			sn_doc_whole(doc, "ttl", label->ttl);
			sn_doc_bool(doc, "bottom", label->bottom);
			sn_doc_end(doc);
		}
	sn_doc_end(doc);
}

static void tell_interface(struct sn_doc *doc, const struct sonde_extension *e, size_t count)
{
	static const char *const roles[] = {
	    [SONDE_ROLE_IN] = "in", [SONDE_ROLE_SUB_IN] = "sub-in", [SONDE_ROLE_OUT] = "out", [SONDE_ROLE_NEXT_HOP] = "next-hop"};
	const struct sonde_extension_interface *interface = &e->as.interface;
	(void)count;
	sn_doc_text(doc, "role", roles[interface->role & 3]);
	if (interface->has_index)
		sn_doc_whole(doc, "index", interface->index);
	else
		sn_doc_null(doc, "index");
	sn_doc_addr(doc, "address", &interface->addr);
	tell_name(doc, &interface->name, interface->has_name);
	if (interface->has_mtu)
		sn_doc_whole(doc, "mtu_bytes", interface->mtu_bytes);
	else
		sn_doc_null(doc, "mtu_bytes");
}

static void tell_interface_id(struct sn_doc *doc, const struct sonde_extension *e, size_t count)
{
	const struct sonde_extension_interface_id *id = &e->as.interface_id;
	(void)count;
	tell_name(doc, &id->name, id->by == SONDE_BY_NAME);
	if (id->by == SONDE_BY_INDEX)
		sn_doc_whole(doc, "index", id->index);
	else
		sn_doc_null(doc, "index");
	sn_doc_addr(doc, "address", &id->addr);
}

static void tell_pointer(struct sn_doc *doc, const struct sonde_extension *e, size_t count)
{
	(void)count;
	sn_doc_whole(doc, "pointer_bytes", e->as.pointer_bytes);
}

static void tell_node(struct sn_doc *doc, const struct sonde_extension *e, size_t count)
{
	(void)count;
	sn_doc_addr(doc, "address", &e->as.node.addr);
	tell_name(doc, &e->as.node.name, e->as.node.has_name);
}

static void tell_raw(struct sn_doc *doc, const struct sonde_extension *e, size_t count)
{
	enum { BYTES_MAX = SONDE_EXTENSION_RAW_BYTES * SONDE_EXTENSION_PIECES_MAX };
	uint8_t bytes[BYTES_MAX];
	size_t length = 0;
	for (size_t piece = 0; piece < count && piece < SONDE_EXTENSION_PIECES_MAX; piece++) {
		memcpy(bytes + length, e[piece].as.raw.bytes, e[piece].as.raw.count);
		length += e[piece].as.raw.count;
	}
	sn_doc_hex(doc, "bytes", bytes, length);
}

size_t sn_tell_extension(struct sn_doc *doc, const char *key, const struct sonde_extension *e, size_t count)
{
	static void (*const tellers[SONDE_EXTENSION_COUNT])(struct sn_doc *, const struct sonde_extension *, size_t) = {
	    [SONDE_EXTENSION_RAW] = tell_raw,
	    [SONDE_EXTENSION_MPLS] = tell_mpls,
	    [SONDE_EXTENSION_INTERFACE] = tell_interface,
	    [SONDE_EXTENSION_INTERFACE_ID] = tell_interface_id,
	    [SONDE_EXTENSION_POINTER] = tell_pointer,
	    [SONDE_EXTENSION_NODE] = tell_node,
	};
	size_t pieces = 1;
	while (pieces < count && e[pieces - 1].more)
		pieces++;
	sn_doc_object(doc, key);
	sn_doc_text(doc, "kind", sonde_extension_kind_name(e->kind));
	sn_doc_whole(doc, "class", e->class_num);
	sn_doc_whole(doc, "c_type", e->c_type);
	sn_doc_bool(doc, "malformed", e->malformed);
	/* what a router said beyond what is kept of an answer */
	sn_doc_bool(doc, "cut", e[pieces - 1].cut || e[pieces - 1].more);
	tellers[e->kind < SONDE_EXTENSION_COUNT ? e->kind : SONDE_EXTENSION_RAW](doc, e, pieces);
	sn_doc_end(doc);
	return pieces;
}
