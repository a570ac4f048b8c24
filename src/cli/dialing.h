/**
 * What test-connection may dial beyond Databricks' own hosts, from the settings.
 */
#ifndef PC_CLI_DIALING_H
#define PC_CLI_DIALING_H

#include "api/app.h"
#include "cli/settings.h"

/**
 * Fills test_hosts, n_test_hosts and test_ca_path.
 *
 * ERR_CONFIG  a piece that is no host, a file that cannot be read, or a file without hosts; the
 *             detail names the setting
 */
_must_use_ struct err dialing_load(struct arena *arena, const struct settings *settings,
				   struct app_settings *ret_settings);

#endif
