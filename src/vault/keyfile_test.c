/*
 * Where the key-encryption key comes from, who may read it, and how a new one is made.
 */
#include "vault/vault.h"

#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>

#include "vault/vault_fixture_test.h"

static const char *
make_directory(struct arena *arena)
{
	char *path = arena_cstr(arena, STR("/tmp/vault_test.XXXXXX"));

	assert_non_null(mkdtemp(path));
	return path;
}

static void
remove_directory(struct arena *arena, const char *path)
{
	DIR *directory = opendir(path);
	struct dirent *entry;

	assert_non_null(directory);
	while ((entry = readdir(directory))) /* NOLINT(concurrency-mt-unsafe): one thread here */
		(void)unlink(arena_printf(arena, "%s/%s", path, entry->d_name));
	(void)closedir(directory);
	assert_int_equal(rmdir(path), 0);
}

static int
count_files(const char *path)
{
	DIR *directory = opendir(path);
	struct dirent *entry;
	int n = 0;

	assert_non_null(directory);
	while ((entry = readdir(directory))) /* NOLINT(concurrency-mt-unsafe): one thread here */
		n += entry->d_name[0] != '.';
	(void)closedir(directory);
	return n;
}

static const char *
make_file(struct arena *arena, const char *directory, const char *text, mode_t mode)
{
	const char *path = arena_printf(arena, "%s/key", directory);
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	assert_int_equal(fchmod(fd, mode), 0);
	assert_int_equal(close(fd), 0);
	return path;
}

/* ---- One file ---- */

struct file_row {
	const char *name;
	const char *text;
	mode_t mode;
	enum err_code want;
	const char *want_detail;
};

#define NOT_A_KEY "not a key: 64 hexadecimal digits are wanted"
#define OPEN_TO_OTHERS "open to others than its owner: chmod 0400 it"

static const struct file_row files[] = {
	{ "file_0400", KEK_A "\n", 0400, ERR_NONE, NULL },
	{ "file_0600", KEK_A "\n", 0600, ERR_NONE, NULL },
	{ "file_without_line_end", KEK_A, 0400, ERR_NONE, NULL },
	{ "file_group_readable", KEK_A "\n", 0440, ERR_CONFIG, OPEN_TO_OTHERS },
	{ "file_group_writable", KEK_A "\n", 0420, ERR_CONFIG, OPEN_TO_OTHERS },
	{ "file_world_readable", KEK_A "\n", 0404, ERR_CONFIG, OPEN_TO_OTHERS },
	{ "file_0644", KEK_A "\n", 0644, ERR_CONFIG, OPEN_TO_OTHERS },
	{ "file_executable", KEK_A "\n", 0500, ERR_CONFIG, OPEN_TO_OTHERS },
	{ "file_set_user_id", KEK_A "\n", 04400, ERR_CONFIG, OPEN_TO_OTHERS },
	{ "file_empty", "", 0400, ERR_CONFIG, NOT_A_KEY },
	{ "file_63_digits", "0112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\n",
	  0400, ERR_CONFIG, NOT_A_KEY },
	{ "file_65_digits_and_line_end", "0" KEK_B "\n", 0400, ERR_CONFIG, NOT_A_KEY },
	{ "file_two_line_ends", KEK_A "\n\n", 0400, ERR_CONFIG, NOT_A_KEY },
	{ "file_65_digits", KEK_A "0", 0400, ERR_CONFIG, NOT_A_KEY },
	{ "file_blank_before", " " KEK_A, 0400, ERR_CONFIG, NOT_A_KEY },
	{ "file_carriage_return", KEK_A "\r\n", 0400, ERR_CONFIG, NOT_A_KEY },
	{ "file_bytes_above_ascii",
	  "\xb0\xb1"
	  "112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\n",
	  0400, ERR_CONFIG, NOT_A_KEY },
	{ "file_not_hex", "g0112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\n",
	  0400, ERR_CONFIG, NOT_A_KEY },
};

static void
a_file_is_read_or_refused(void **state)
{
	const struct file_row *row = *state;
	struct arena *arena = arena_create();
	const char *directory = make_directory(arena);
	const char *path = make_file(arena, directory, row->text, row->mode);
	struct vault_key_source source = { .key_file = path };
	const char *made_path = NULL;
	struct vault *vault = NULL;
	struct err err = vault_open(arena, &source, &vault, &made_path);

	assert_int_equal(err.code, row->want);
	if (row->want) {
		assert_string_equal(err.detail,
				    arena_printf(arena, "%s: %s", path, row->want_detail));
		assert_null(vault);
	} else {
		assert_int_equal(vault->keys->kek[1], 0x11);
		assert_int_equal(vault->keys->kek[31], 0xff);
	}
	assert_null(made_path);
	vault_free(vault);
	remove_directory(arena, directory);
	arena_free(arena);
}

static void
a_file_of_another_user(_unused_ void **state)
{
	struct arena *arena = arena_create();
	const char *directory = make_directory(arena);
	const char *path = make_file(arena, directory, KEK_A "\n", 0400);
	struct vault_key_source source = { .key_file = path };
	const char *made_path = NULL;
	struct vault *vault = NULL;
	struct err err;

	if (geteuid() != 0) {
		remove_directory(arena, directory);
		arena_free(arena);
		skip(); /* only root can give a file away */
	}
	assert_int_equal(chown(path, 12345, (gid_t)-1), 0);
	err = vault_open(arena, &source, &vault, &made_path);
	assert_int_equal(err.code, ERR_CONFIG);
	assert_non_null(strstr(err.detail, "belongs to another user"));
	remove_directory(arena, directory);
	arena_free(arena);
}

/* systemd's mask of the ACL shows as the group's bit; only there, and only on root's files. */
static void
a_credential_of_systemd(_unused_ void **state)
{
	struct arena *arena = arena_create();
	const char *directory = make_directory(arena);
	const char *path = make_file(arena, directory, KEK_A "\n", 0440);
	struct vault_key_source source = { .credentials_directory = directory };
	const char *made_path = NULL;
	struct vault *vault = NULL;
	bool is_root = geteuid() == 0;

	if (is_root)
		assert_int_equal(chown(path, 0, 0), 0);
	assert_int_equal(vault_open(arena, &source, &vault, &made_path).code,
			 is_root ? ERR_NONE : ERR_CONFIG);
	vault_free(vault);
	vault = NULL;
	assert_int_equal(chmod(path, 0444), 0);
	assert_int_equal(vault_open(arena, &source, &vault, &made_path).code, ERR_CONFIG);
	if (is_root) {
		assert_int_equal(chmod(path, 0440), 0);
		assert_int_equal(chown(path, 0, 12345), 0);
		assert_int_equal(vault_open(arena, &source, &vault, &made_path).code, ERR_CONFIG);
	}
	remove_directory(arena, directory);
	arena_free(arena);
}

static void
no_regular_file(_unused_ void **state)
{
	struct arena *arena = arena_create();
	const char *directory = make_directory(arena);
	const char *path = arena_printf(arena, "%s/key", directory);
	struct vault_key_source source = { .key_file = path };
	const char *made_path = NULL;
	struct vault *vault = NULL;
	struct err err;

	assert_int_equal(mkfifo(path, 0400), 0);
	err = vault_open(arena, &source, &vault, &made_path);
	assert_int_equal(err.code, ERR_CONFIG);
	assert_non_null(strstr(err.detail, "not a regular file"));
	remove_directory(arena, directory);
	arena_free(arena);
}

/* ---- Which source ---- */

struct source_row {
	const char *name;
	/* The first digit of the key in each place; 0: none there, '-': the place is not given. */
	char credentials;
	char file;
	char text;
	char state;
	bool may_make;
	char want; /* the first digit of the key; 0: refused, '*': a new one */
};

static const struct source_row sources[] = {
	{ "source_credential_first", '1', '2', '3', '4', true, '1' },
	{ "source_empty_credentials_are_passed", 0, '2', '3', '4', true, '2' },
	{ "source_file_before_text", '-', '2', '3', '4', true, '2' },
	{ "source_named_file_must_be_there", '-', 0, '3', '4', true, 0 },
	{ "source_text_before_state", '-', '-', '3', '4', true, '3' },
	{ "source_text_must_be_a_key", '-', '-', 'x', '4', true, 0 },
	{ "source_state", 0, '-', '-', '4', true, '4' },
	{ "source_state_of_old_database", 0, '-', '-', '4', false, '4' },
	{ "source_new_database_gets_a_key", 0, '-', '-', 0, true, '*' },
	{ "source_old_database_gets_none", 0, '-', '-', 0, false, 0 },
	{ "source_nothing_given", '-', '-', '-', '-', true, 0 },
};

static char *
key_starting_with(struct arena *arena, char digit)
{
	char *text = arena_cstr(arena, STR(KEK_A));

	text[0] = digit;
	return text;
}

static const char *
make_place(struct arena *arena, char digit)
{
	const char *directory = make_directory(arena);

	if (digit && digit != '-')
		(void)make_file(arena, directory, key_starting_with(arena, digit), 0400);
	return directory;
}

static void
the_first_source_wins(void **state)
{
	const struct source_row *row = *state;
	struct arena *arena = arena_create();
	const char *places[] = { make_place(arena, row->credentials), make_place(arena, row->file),
				 make_place(arena, row->state) };
	const char zeroes[sizeof(KEK_A)] = { 0 };
	struct vault_key_source source = {
		.credentials_directory = row->credentials == '-' ? NULL : places[0],
		.key_file = row->file == '-' ? NULL : arena_printf(arena, "%s/key", places[1]),
		.key_text = row->text == '-' ? NULL : key_starting_with(arena, row->text),
		.state_dir = row->state == '-' ? NULL : places[2],
		.may_make = row->may_make,
	};
	const char *made_path = NULL;
	struct vault *vault = NULL;
	struct err err = vault_open(arena, &source, &vault, &made_path);

	assert_int_equal(err.code, row->want ? ERR_NONE : ERR_CONFIG);
	assert_int_equal(made_path != NULL, row->want == '*');
	if (row->want && row->want != '*')
		assert_int_equal(vault->keys->kek[0] >> 4, row->want - '0');
	if (source.key_text) /* wiped, whoever won */
		assert_memory_equal(source.key_text, zeroes, sizeof(zeroes));
	vault_free(vault);
	for (size_t i = 0; i < ARRAY_LEN(places); i++)
		remove_directory(arena, places[i]);
	arena_free(arena);
}

/* ---- Making a key ---- */

static void
a_key_is_made_once(_unused_ void **state)
{
	struct arena *arena = arena_create();
	const char *directory = make_directory(arena);
	struct vault_key_source source = { .state_dir = directory, .may_make = true };
	const char *made_path = NULL;
	struct vault *first = NULL;
	struct vault *second = NULL;
	mode_t before = umask(0777); /* a strange umask changes nothing */
	struct stat st;

	assert_int_equal(vault_open(arena, &source, &first, &made_path).code, ERR_NONE);
	(void)umask(before);
	assert_string_equal(made_path, arena_printf(arena, "%s/key", directory));
	assert_int_equal(stat(made_path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0400);
	assert_int_equal(st.st_size, 65);
	assert_int_equal(st.st_nlink, 1);
	assert_int_equal(count_files(directory), 1);

	made_path = NULL;
	assert_int_equal(vault_open(arena, &source, &second, &made_path).code, ERR_NONE);
	assert_null(made_path);
	assert_memory_equal(first->keys->kek, second->keys->kek, KEY_SIZE);
	vault_free(first);
	vault_free(second);
	remove_directory(arena, directory);
	arena_free(arena);
}

static void
made_keys_differ(_unused_ void **state)
{
	struct arena *arena = arena_create();
	const char *directories[2];
	struct vault *vaults[2] = { NULL, NULL };

	for (int i = 0; i < 2; i++) {
		const char *made_path = NULL;

		directories[i] = make_directory(arena);
		assert_int_equal(vault_open(arena,
					    &(struct vault_key_source){ .state_dir = directories[i],
									.may_make = true },
					    &vaults[i], &made_path)
					 .code,
				 ERR_NONE);
	}
	assert_memory_not_equal(vaults[0]->keys->kek, vaults[1]->keys->kek, KEY_SIZE);
	for (int i = 0; i < 2; i++) {
		vault_free(vaults[i]);
		remove_directory(arena, directories[i]);
	}
	arena_free(arena);
}

static void
a_directory_that_is_not_there(_unused_ void **state)
{
	struct arena *arena = arena_create();
	struct vault_key_source source = { .state_dir = "/tmp/vault_test.none/none",
					   .may_make = true };
	const char *made_path = NULL;
	struct vault *vault = NULL;
	struct err err = vault_open(arena, &source, &vault, &made_path);

	assert_int_equal(err.code, ERR_CONFIG);
	assert_non_null(strstr(err.detail, "/tmp/vault_test.none/none/key"));
	arena_free(arena);
}

struct opener {
	pthread_t thread;
	pthread_barrier_t *barrier;
	const char *directory;
	struct arena *arena;
	struct vault *vault;
	const char *made_path;
	struct err err;
};

static void *
open_at_once(void *arg)
{
	struct opener *opener = arg;
	struct vault_key_source source = { .state_dir = opener->directory, .may_make = true };

	(void)pthread_barrier_wait(opener->barrier);
	opener->err = vault_open(opener->arena, &source, &opener->vault, &opener->made_path);
	return NULL;
}

static void
of_many_that_make_a_key_one_wins(_unused_ void **state)
{
	struct arena *arena = arena_create();
	const char *directory = make_directory(arena);
	struct opener openers[4] = { 0 };
	pthread_barrier_t barrier;
	int n_made = 0;

	assert_int_equal(pthread_barrier_init(&barrier, NULL, 4), 0);
	for (size_t i = 0; i < 4; i++) {
		openers[i] = (struct opener){ .barrier = &barrier,
					      .directory = directory,
					      .arena = arena_create() };
		assert_int_equal(
			pthread_create(&openers[i].thread, NULL, open_at_once, &openers[i]), 0);
	}
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(pthread_join(openers[i].thread, NULL), 0);
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(openers[i].err.code, ERR_NONE);
		n_made += openers[i].made_path != NULL;
		assert_memory_equal(openers[i].vault->keys->kek, openers[0].vault->keys->kek,
				    KEY_SIZE);
	}
	assert_int_equal(n_made, 1);
	assert_int_equal(count_files(directory), 1);
	for (size_t i = 0; i < 4; i++) {
		vault_free(openers[i].vault);
		arena_free(openers[i].arena);
	}
	(void)pthread_barrier_destroy(&barrier);
	remove_directory(arena, directory);
	arena_free(arena);
}

int
main(int argc, char **argv)
{
	struct rows rows = { 0 };

	ROWS_ADD(&rows, files, a_file_is_read_or_refused);
	rows_add_one(&rows, "a_file_of_another_user", a_file_of_another_user);
	rows_add_one(&rows, "a_credential_of_systemd", a_credential_of_systemd);
	rows_add_one(&rows, "no_regular_file", no_regular_file);
	ROWS_ADD(&rows, sources, the_first_source_wins);
	rows_add_one(&rows, "a_key_is_made_once", a_key_is_made_once);
	rows_add_one(&rows, "made_keys_differ", made_keys_differ);
	rows_add_one(&rows, "a_directory_that_is_not_there", a_directory_that_is_not_there);
	rows_add_one(&rows, "of_many_that_make_a_key_one_wins", of_many_that_make_a_key_one_wins);
	return rows_run(&rows, argc, argv);
}
