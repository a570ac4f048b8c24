/**
 * Fault points: named places where a test makes the program die, wait or drop a connection.
 * Compiled only into builds with -Dfault_points=true; elsewhere FAULT_POINT() is nothing.
 *
 * Armed by the environment variable PARTNER_CONNECT_FAULTS, a comma-separated list of
 *   NAME=ACTION[@N]     at the N-th pass (1 when absent), once
 * ACTION: kill (SIGKILL to ourselves), sleep:MS, fail (the place fails as its header says).
 *
 * The points: before_begin, before_commit, after_commit (store), mid_answer (http), mail_taken
 * (outbox: the relay has a mail, and the store does not know).
 */
#ifndef PC_BASE_FAULT_H
#define PC_BASE_FAULT_H

#include "base/base.h"

#if PC_FAULT_POINTS
/** True when the point is armed with `fail` and this is its pass. */
bool fault_point(const char *name);
#define FAULT_POINT(name) fault_point(name)
#else
#define FAULT_POINT(name) false
#endif

#endif
