/**
 * What the server counts, and the text that Prometheus reads (format 0.0.4).
 *
 * Counting costs a few atomic additions a call and takes no lock. Labels hold our own words only:
 * doors, routes, methods, statuses; never what a stranger sent. docs/operations.md lists the names.
 */
#ifndef PC_API_METRICS_H
#define PC_API_METRICS_H

#include "api/app.h"
#include "api/routes.h"

struct metrics;

/** Lives as long as @arena. The doors that have routes of their own have them by now. */
struct metrics *metrics_new(struct arena *arena, const struct door *doors);

/** A call begins, and ends with @status (0: nothing was answered) after @ns. */
void metrics_call_began(struct metrics *metrics);
void metrics_call_ended(struct metrics *metrics, const struct door *door, const struct route *route,
			int status, int64_t ns);

/** What a connect was told. */
void metrics_count_connect(struct metrics *metrics, enum redirect_value value);
/** @error_reason is one of the API's words. */
void metrics_count_connect_error(struct metrics *metrics, const char *error_reason);

/** All of it, in @arena. */
struct str metrics_text(const struct app *app, struct arena *arena);

#endif
