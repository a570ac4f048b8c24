/**
 * The operator's side of a running server: the Unix socket that the admin commands use, and the
 * port of health and metrics when one is asked for.
 */
#ifndef PC_CLI_DOORS_H
#define PC_CLI_DOORS_H

#include "api/app.h"
#include "cli/partner.h"

struct listener;

struct doors {
	bool has_health;
	struct partner_address health_address;
	const char *socket_path; /* NULL: not there yet */
	const char *health_url;	 /* NULL: there is none */
	struct listener *admin;	 /* NULL: not started */
	struct listener *health; /* the same */
};

/** Where the socket of a state directory is. ERR_CONFIG: admin_socket says "off" */
_must_use_ struct err doors_socket_path(struct arena *arena, const struct settings *settings,
					const char *state_directory, const char **ret_path);

/**
 * Looks at the settings and gives the two doors of @app their routes, without opening anything.
 *
 * ERR_CONFIG  admin_listen is no address, or would be off loopback without leave
 */
_must_use_ struct err doors_prepare(struct arena *arena, const struct settings *settings,
				    struct app *app, struct doors *ret_doors);

/**
 * Listens. The store is open by then: its lock keeps a second server from taking the socket away.
 *
 * ERR_CONFIG  a place is taken or cannot be used; the detail names the setting
 */
_must_use_ struct err doors_open(struct arena *arena, const struct settings *settings,
				 const char *state_directory, struct app *app, struct doors *doors);
/** Lets what runs end, then closes, and removes the socket. */
void doors_close(struct doors *doors, struct clock *clock);

#endif
