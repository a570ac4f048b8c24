/*
 * `partner-connect credential`: the two Basic credentials, for changing over from one to the other
 * without a pause. Works on the state of a server that is not running.
 */
#include "cli/commands.h"
#include "cli/credentials.h"

#include <inttypes.h>

static const char usage[] =
	"Usage: partner-connect credential list|add|promote|remove-next [SETTINGS]\n\n"
	"Two credentials are valid at once: current, and next while Databricks changes over.\n\n"
	"  list         the slots, their users, when they were last used\n"
	"  add          makes a pair for the slot next and prints it once\n"
	"  promote      next becomes current, the old one is gone\n"
	"  remove-next  forgets the slot next\n\n"
	"The server must be stopped. It is found by --state-dir or --store, as `serve` finds it.\n";

struct credential_command {
	struct arena *arena;
	const struct stored_credential *stored;
	size_t n;
	struct stored_credential fresh;
};

static const struct stored_credential *
credential_in(const struct credential_command *command, enum credential_slot slot)
{
	for (size_t i = 0; i < command->n; i++) {
		if (command->stored[i].slot == slot)
			return &command->stored[i];
	}
	return NULL;
}

static struct err
load_in_tx(void *arg, struct store_tx *tx)
{
	struct credential_command *command = arg;

	return store_load_credentials(tx, command->arena, &command->stored, &command->n);
}

static struct err
put_in_tx(void *arg, struct store_tx *tx)
{
	struct credential_command *command = arg;

	return store_put_credential(tx, &command->fresh);
}

static struct err
promote_in_tx(void *arg, struct store_tx *tx)
{
	struct credential_command *command = arg;
	struct err err = store_delete_credential(tx, CREDENTIAL_NEXT);

	if (err.code)
		return err;
	return store_put_credential(tx, &command->fresh);
}

static struct err
remove_next_in_tx(_unused_ void *arg, struct store_tx *tx)
{
	return store_delete_credential(tx, CREDENTIAL_NEXT);
}

static struct err
list(_unused_ struct state *state, struct credential_command *command)
{
	for (size_t i = 0; i < command->n; i++) {
		const struct stored_credential *credential = &command->stored[i];
		char used[INSTANT_TEXT_SIZE] = "never";

		if (instant_is_set(credential->last_used))
			instant_format(credential->last_used, used);
		(void)printf("%-8.*s  %.*s  last used %s\n",
			     STR_ARG(word_of(&credential_slot_words, (int)credential->slot)),
			     STR_ARG(credential->user), used);
	}
	return OK_NONE;
}

static struct err
add(struct state *state, struct credential_command *command)
{
	struct str password = auth_make_password(command->arena);
	struct instant now = clock_now(&clock_system);
	struct err err;

	if (credential_in(command, CREDENTIAL_NEXT))
		return err_make(ERR_CONFIG, "the slot next is taken: promote it or remove-next");
	command->fresh.slot =
		credential_in(command, CREDENTIAL_CURRENT) ? CREDENTIAL_NEXT : CREDENTIAL_CURRENT;
	command->fresh.user =
		str_of(arena_printf(command->arena, "databricks-%" PRId64, now.ms / 1000));
	command->fresh.created = now;
	err = auth_hash_password(command->arena, password, &command->fresh.password_hash);
	if (!err.code)
		err = store_run(state->store, put_in_tx, command);
	if (!err.code)
		(void)printf("%.*s:%.*s\n", STR_ARG(command->fresh.user), STR_ARG(password));
	return err;
}

static struct err
promote(struct state *state, struct credential_command *command)
{
	const struct stored_credential *next = credential_in(command, CREDENTIAL_NEXT);

	if (!next)
		return err_make(ERR_CONFIG, "the slot next is empty");
	command->fresh = *next;
	command->fresh.slot = CREDENTIAL_CURRENT;
	return store_run(state->store, promote_in_tx, command);
}

static struct err
remove_next(struct state *state, struct credential_command *command)
{
	if (!credential_in(command, CREDENTIAL_NEXT))
		return err_make(ERR_CONFIG, "the slot next is empty");
	return store_run(state->store, remove_next_in_tx, command);
}

static const struct {
	const char *name;
	struct err (*run)(struct state *state, struct credential_command *command);
} actions[] = {
	{ "list", list },
	{ "add", add },
	{ "promote", promote },
	{ "remove-next", remove_next },
};

static struct err
run_action(struct arena *arena, const char *name, const struct settings *settings)
{
	struct credential_command *command = arena_new(arena, struct credential_command);
	struct state *state = arena_new(arena, struct state);
	struct err err = err_format(arena, ERR_USAGE, "%s: no such action", name);
	size_t i = 0;

	while (i < ARRAY_LEN(actions) && !str_equal(str_of(name), str_of(actions[i].name)))
		i++;
	if (i == ARRAY_LEN(actions))
		return err;
	command->arena = arena;
	err = state_open(arena, settings, &clock_system, &rng_system, state);
	if (err.code)
		return err;
	err = store_run(state->store, load_in_tx, command);
	if (!err.code)
		err = actions[i].run(state, command);
	state_close(state);
	return err;
}

int
command_credential(int argc, char **argv)
{
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	struct settings settings;
	struct err err;

	if (argc < 2 || argv[1][0] == '-') {
		(void)fputs(usage, argc < 2 ? stderr : stdout);
		return argc < 2 ? EXIT_USAGE : 0;
	}
	err = settings_read(arena, argc - 1, argv + 1, &settings);
	if (!err.code && settings.wants_help) {
		(void)fputs(usage, stdout);
		return 0;
	}
	if (!err.code)
		err = run_action(arena, argv[1], &settings);
	return err.code ? command_fail("credential", err) : 0;
}
