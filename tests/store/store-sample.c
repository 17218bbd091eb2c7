/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "store-test.h"

/* Makes the workspace whose dump stands for this version in tests/data/schema: see dump-database.py. */
int
main (int   argc,
      char *argv[])
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CsmStore) store = NULL;

  g_assert_cmpint (argc, ==, 2);
  csm_store_create (argv[1], "Fernweh", &error);
  g_assert_no_error (error);
  store = csm_store_open (argv[1], &error);
  g_assert_no_error (error);
  g_free (store_test_fill (store));
  return 0;
}
