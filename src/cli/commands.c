/*
 * What the subcommands share: how they fail, and the one that is too small for a file.
 */
#include "cli/commands.h"

#include <microhttpd.h>
#include <sodium.h>
#include <sqlite3.h>

static int
exit_status_of(enum err_code code)
{
	switch (code) {
	case ERR_NONE:
		return 0;
	case ERR_USAGE:
		return EXIT_USAGE;
	case ERR_CONFIG:
		return EXIT_CONFIG;
	case ERR_UNREACHABLE:
		return EXIT_UNREACHABLE;
	case ERR_BAD_REQUEST:
	case ERR_UNAUTHORIZED:
	case ERR_NOT_FOUND:
	case ERR_METHOD_NOT_ALLOWED:
	case ERR_CONNECTION_NOT_FOUND:
	case ERR_ACCOUNT_NOT_FOUND:
	case ERR_GENERAL_ERROR:
	case ERR_OVERLOADED:
	case ERR_CONFLICT:
	case ERR_CONSTRAINT:
	case ERR_STORE:
	case ERR_CRYPTO:
	case ERR_IO:
	case ERR_TIMEOUT:
		break;
	}
	return EXIT_FAULT;
}

int
command_fail(const char *command, struct err err)
{
	(void)fprintf(stderr, "partner-connect %s: %s\n", command,
		      err.detail ? err.detail : "failed");
	if (err.code == ERR_USAGE)
		(void)fprintf(stderr, "Try: partner-connect %s --help\n", command);
	return exit_status_of(err.code);
}

int
command_version(_unused_ int argc, _unused_ char **argv)
{
	(void)printf("partner-connect %s\nsqlite %s\nlibmicrohttpd %s\nlibsodium %s\n", PC_VERSION,
		     sqlite3_libversion(), MHD_get_version(), sodium_version_string());
	return 0;
}
