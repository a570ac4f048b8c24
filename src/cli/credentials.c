/*
 * The first credential.
 */
#include "cli/credentials.h"

#include "base/file.h"
#include "cli/environment.h"
#include "vault/auth.h"

#define FIRST_USER "databricks"

struct credential_work {
	struct arena *arena;
	const struct stored_credential *stored;
	size_t n;
	struct stored_credential fresh;
};

static struct err
load_in_tx(void *arg, struct store_tx *tx)
{
	struct credential_work *work = arg;

	return store_load_credentials(tx, work->arena, &work->stored, &work->n);
}

static struct err
put_in_tx(void *arg, struct store_tx *tx)
{
	struct credential_work *work = arg;

	return store_put_credential(tx, &work->fresh);
}

static bool
can_be_credential(struct str user, struct str password)
{
	if (str_is_empty(user) || str_is_empty(password) || str_find(user, ':') >= 0)
		return false;
	for (size_t i = 0; i < user.len; i++) {
		if ((unsigned char)user.ptr[i] < 0x20)
			return false;
	}
	return user.len + password.len < AUTH_MAX_LEN / 2;
}

static struct err
write_first_credential(struct arena *arena, const char *directory, struct str user,
		       struct str password, struct log *log)
{
	const char *path = arena_printf(arena, "%s/first-credential", directory);
	struct str line =
		str_of(arena_printf(arena, "%.*s:%.*s\n", STR_ARG(user), STR_ARG(password)));
	struct err err = file_replace(arena, path, 0600, line);

	if (err.code)
		return err;
	log_info(log, "first_credential_made", F_CSTR("file", path));
	if (isatty(STDERR_FILENO))
		(void)fprintf(stderr, "The first credential (user:password): %.*s", STR_ARG(line));
	return OK_NONE;
}

/* The pair of the environment, or a fresh one in the state directory. */
static struct err
find_first(struct arena *arena, struct state *state, struct log *log, char *env_user,
	   char *env_password, struct str *ret_user, struct str *ret_password)
{
	if (env_user || env_password) {
		*ret_user = str_of(env_user);
		*ret_password = str_of(env_password);
		if (!can_be_credential(*ret_user, *ret_password))
			return err_make(ERR_CONFIG, "BASIC_USER and BASIC_PASSWORD must both be "
						    "set; the user has no colon");
		return OK_NONE;
	}
	*ret_user = STR(FIRST_USER);
	*ret_password = auth_make_password(arena);
	return write_first_credential(arena, state->directory, *ret_user, *ret_password, log);
}

static struct err
make_first(struct state *state, struct clock *clock, struct log *log, char *env_user,
	   char *env_password, struct credential_work *work)
{
	struct str user;
	struct str password;
	struct err err =
		find_first(work->arena, state, log, env_user, env_password, &user, &password);

	if (err.code)
		return err;
	work->fresh.slot = CREDENTIAL_CURRENT;
	work->fresh.user = user;
	work->fresh.created = clock_now(clock);
	err = auth_hash_password(work->arena, password, &work->fresh.password_hash);
	if (err.code)
		return err;
	err = store_run(state->store, put_in_tx, work);
	if (err.code)
		return err;
	work->stored = &work->fresh;
	work->n = 1;
	return OK_NONE;
}

struct err
credentials_load(struct arena *arena, struct state *state, struct clock *clock, struct log *log,
		 struct credentials *ret_credentials)
{
	struct credential_work *work = arena_new(arena, struct credential_work);
	char *env_user = environment_take(arena, "BASIC_USER");
	char *env_password = environment_take(arena, "BASIC_PASSWORD");
	struct err err;

	work->arena = arena;
	err = store_run(state->store, load_in_tx, work);
	if (err.code)
		return err;
	if (work->n > 0 && (env_user || env_password))
		log_info(log, "basic_user_ignored",
			 F_CSTR("detail", "a credential is stored already"));
	if (work->n == 0) {
		err = make_first(state, clock, log, env_user, env_password, work);
		if (err.code)
			return err;
	}
	*ret_credentials = (struct credentials){ work->stored, work->n };
	return OK_NONE;
}
