/**
 * The handlers of the Connect API, one file each. Each ends by answering or in call_transact().
 */
#ifndef PC_API_OPERATIONS_H
#define PC_API_OPERATIONS_H

#include "api/call.h"

/** Rules: CONNECT-1 to CONNECT-21, RETRY-1 to RETRY-7 */
void api_connect(struct call *call);
/** Rules: DELETE-1, DELETE-2, DELETE-3 */
void api_delete_connection(struct call *call);
/** Rules: TEST-1, TEST-2 */
void api_test_connection(struct call *call);
/** Rules: ACCOUNT-1, ACCOUNT-2, ACCOUNT-3 */
void api_delete_account(struct call *call);
/** Rules: ACCOUNT-1, ACCOUNT-2, ACCOUNT-4 */
void api_expire_account(struct call *call);
/** Rules: CONNECTORS-1, CONNECTORS-2, CONNECTORS-3 */
void api_get_connectors(struct call *call);

#if PC_BENCH
/** A constant answer after the same authentication: what script/bench compares with. */
void api_bench_constant(struct call *call);
#endif

#endif
