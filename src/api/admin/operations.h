/**
 * The handlers of the operator's side, one file for each kind of thing. Each ends by answering, in
 * call_transact() or in call_work().
 */
#ifndef PC_API_ADMIN_OPERATIONS_H
#define PC_API_ADMIN_OPERATIONS_H

#include "api/call.h"

/** The process answers: no more than that. */
void health_live(struct call *call);

#endif
