/**
 * From the partner config and the settings to what the server needs: policy, addresses, checks.
 */
#ifndef PC_CLI_PARTNER_H
#define PC_CLI_PARTNER_H

#include "api/app.h"
#include "cli/settings.h"

/** Where to listen. */
struct partner_address {
	const char *host;
	uint16_t port;
	bool is_loopback;
};

/**
 * Reads the config file and fills @partner, all but the looks of its pages and what needs the bound
 * port. Every way in which config and settings do not fit together is found here.
 *
 * ERR_CONFIG  the detail names the file, the setting or the field
 */
_must_use_ struct err partner_load(const struct settings *settings, struct partner *partner,
				   struct partner_address *ret_address);

/** "HOST:PORT"; an IPv6 host stands in brackets. */
_must_use_ bool partner_read_address(struct arena *arena, struct str text,
				     struct partner_address *ret_address);

/** What links begin with: public_url, else base_url, on loopback with the port that was bound. */
struct str partner_public_url(struct arena *arena, const struct settings *settings,
			      const struct partner_config *config, uint16_t bound_port);

#endif
