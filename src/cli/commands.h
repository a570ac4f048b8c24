/**
 * The subcommands. Each gets the arguments from its own name on and returns the exit status:
 * 0 done, 2 usage, 3 a configuration that cannot be used, or what was asked for does not fit what
 * there is, 4 no server answers, 6 a fault.
 */
#ifndef PC_CLI_COMMANDS_H
#define PC_CLI_COMMANDS_H

#include "base/err.h"

#define EXIT_USAGE 2
#define EXIT_CONFIG 3
#define EXIT_UNREACHABLE 4
#define EXIT_FAULT 6

int command_serve(int argc, char **argv);
int command_config(int argc, char **argv);
int command_account(int argc, char **argv);
int command_connection(int argc, char **argv);
int command_credential(int argc, char **argv);
int command_manual(int argc, char **argv);
int command_audit(int argc, char **argv);
int command_version(int argc, char **argv);

/** Says what is wrong on standard error, in one line, and gives the exit status for it. */
int command_fail(const char *command, struct err err);

#endif
