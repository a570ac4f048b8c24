/**
 * The table of routes: method and path to a handler and who may call it.
 *
 * Rules: ERROR-5, ACCOUNT-1
 */
#ifndef PC_API_ROUTES_H
#define PC_API_ROUTES_H

#include "api/call.h"

enum route_access {
	ROUTE_BASIC,  /* the Connect API: HTTP Basic */
	ROUTE_HOOK,   /* the same, and only where test_hooks is on */
	ROUTE_PUBLIC, /* a page */
	ROUTE_ADMIN,  /* the operator, whom the door knows */
	ROUTE_HEALTH, /* whoever gets to the door: says nothing of customers */
};

struct route {
	const char *name; /* in the log */
	enum http_method method;
	enum route_access access;
	size_t endpoint; /* offset of the path in struct partner_endpoints; of Connect API routes */
	const char *path; /* of our own routes; one segment may be "{id}" */
	void (*handle)(struct call *call);
};

/** The paths of the partner config joined with the table. In the arena. */
const struct route_table *routes_new(struct arena *arena, const struct partner_endpoints *endpoints,
				     struct str prefix);
/** A table of our own routes alone. */
const struct route_table *routes_of(struct arena *arena, const struct route *rows, size_t n);

/** What tables are made of, and every table of a door of the same: const, and there for ever. */
struct route_rows {
	const struct route *first;
	size_t n;
};
struct route_rows routes_rows(const struct route_table *table);
/** Of the tables that routes_new() makes. */
struct route_rows routes_rows_of_partner(void);

struct route_match {
	const struct route *route; /* NULL: the path is unknown, or not with this method */
	const char *allow;	   /* the methods of the path; NULL: the path is unknown */
	bool is_hook;		   /* the path is a test hook's */
	struct str id;		   /* of the path, for {id}; borrowed from it */
};
struct route_match routes_find(const struct route_table *table, enum http_method method,
			       struct str path);

#endif
