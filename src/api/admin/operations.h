/**
 * The handlers of the operator's side, one file for each kind of thing. Each ends by answering, in
 * call_transact() or in call_work().
 */
#ifndef PC_API_ADMIN_OPERATIONS_H
#define PC_API_ADMIN_OPERATIONS_H

#include "api/call.h"

/** The process answers: no more than that. */
void health_live(struct call *call);
/**
 * 200 when the server can do its work, else 503 and what is wrong; `?verbose` lists what is fine,
 * too. The database is written to, though not more often than once a second.
 */
void health_ready(struct call *call);
void health_metrics(struct call *call);

/** The slots, without passwords. */
void admin_list_credentials(struct call *call);
/** Makes a pair in `next`; the answer has its password, which is nowhere else. Rules: AUTH-3 */
void admin_add_credential(struct call *call);
/** The pair in `next` becomes `current`, and the other way round: both go on being valid. */
void admin_promote_credential(struct call *call);
/** Forgets the pair of {"user": ...}, which must be in `next`. */
void admin_retire_credential(struct call *call);

/** ?account, ?workspace, ?state, ?limit, ?before */
void admin_list_connections(struct call *call);
void admin_show_connection(struct call *call);
void admin_delete_connection(struct call *call);
/** Hands out the stored secrets. The only answer that has any. */
void admin_read_secrets(struct call *call);

/** ?key, ?limit, ?before */
void admin_list_accounts(struct call *call);
void admin_show_account(struct call *call);
void admin_expire_account(struct call *call);
void admin_suspend_account(struct call *call);
/** It pays: no trial of it ends any more. */
void admin_activate_account(struct call *call);

/** ?limit, ?before */
void admin_list_audit(struct call *call);

#endif
