/**
 * The public partner config, unedited: stray keys are let pass, what public samples leave out is
 * optional. Judging it (all findings, near misses) is `config lint`'s work; this reads what a
 * server needs.
 *
 * Source: contract section 7; the readings E9 to E13 of the ecosystem page.
 */
#ifndef PC_WIRE_WIRE_PARTNER_CONFIG_H
#define PC_WIRE_WIRE_PARTNER_CONFIG_H

#include "base/json.h"
#include "core/config.h"

/**
 * @ret_config  its strings borrow from @text
 *
 * ERR_CONFIG  no JSON, or the first field that does not fit; the detail has line and column or the
 *             field's path
 */
_must_use_ struct err wire_read_partner_config(struct arena *arena, struct str text,
					       struct partner_config *ret_config);

#endif
