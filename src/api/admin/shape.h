/**
 * What the operator's answers share: how values are spelled, and pages of a list.
 *
 * Databricks' 64-bit ids are strings, for most readers of JSON keep 53 bits of a number. Times are
 * RFC 3339. What is empty or unset is left out.
 */
#ifndef PC_API_ADMIN_SHAPE_H
#define PC_API_ADMIN_SHAPE_H

#include "api/respond.h"
#include "store/store_operator.h"

void shape_text(struct json_writer *writer, const char *name, struct str value);
void shape_time(struct json_writer *writer, const char *name, struct instant value);
void shape_id(struct json_writer *writer, const char *name, int64_t value);
void shape_bool(struct json_writer *writer, const char *name, bool value);

/** ?limit and ?before. ERR_BAD_REQUEST: limit is no number from 1 to 500. */
_must_use_ struct err shape_read_page(struct call *call, struct store_page *ret_page);
/** A parameter that may be absent. ERR_BAD_REQUEST: it stands twice or is not decodable. */
_must_use_ struct err shape_read_parameter(struct call *call, const char *name,
					   struct str *ret_value);

/** {"NAME": [ */
void shape_begin_list(struct call *call, struct respond_json *json, const char *name);
/** ], "next": ...}; @next is what ?before is to be for the next page; empty: there is none. */
void shape_end_list(struct call *call, struct respond_json *json, struct str next);

/** Nothing to tell but that it is done: {}. */
void shape_done(struct call *call, void *work);

#endif
