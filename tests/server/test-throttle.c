/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-throttle.h"

#include "csm-gate.h"
#include "csm-time.h"

static void
test_doubles (void)
{
  g_autoptr (CsmThrottle) throttle = csm_throttle_new (3, 60 * CSM_SECOND, 100);
  gint64 now = CSM_SECOND;

  for (int i = 0; i < 3; i++)
    g_assert_cmpint (csm_throttle_try (throttle, "a", now), ==, 0);
  for (gint64 wait = CSM_SECOND; wait <= 32 * CSM_SECOND; wait *= 2)
    {
      g_assert_cmpint (csm_throttle_try (throttle, "a", now), ==, wait);
      g_assert_cmpint (csm_throttle_try (throttle, "a", now + wait - 1), ==, 1);
      now += wait;
      g_assert_cmpint (csm_throttle_try (throttle, "a", now), ==, 0);
    }
  g_assert_cmpint (csm_throttle_try (throttle, "a", now), ==, 60 * CSM_SECOND);
  g_assert_cmpint (csm_throttle_try (throttle, "b", now), ==, 0);
}

static void
test_forgets (void)
{
  g_autoptr (CsmThrottle) throttle = csm_throttle_new (1, 10 * CSM_SECOND, 100);

  g_assert_cmpint (csm_throttle_try (throttle, "a", 0), ==, 0);
  g_assert_cmpint (csm_throttle_try (throttle, "a", 0), ==, CSM_SECOND);
  csm_throttle_clear (throttle, "a");
  g_assert_cmpint (csm_throttle_try (throttle, "a", 0), ==, 0);
  /* Ten seconds behind its wait nothing is known of it any more. */
  g_assert_cmpint (csm_throttle_try (throttle, "a", CSM_SECOND), ==, 0);
  g_assert_cmpint (csm_throttle_try (throttle, "a", CSM_SECOND), ==, 2 * CSM_SECOND);
  g_assert_cmpint (csm_throttle_try (throttle, "a", 13 * CSM_SECOND), ==, 0);
  g_assert_cmpint (csm_throttle_try (throttle, "a", 13 * CSM_SECOND), ==, CSM_SECOND);
}

/* One right password does not wipe out what else was tried from there. */
static void
test_take_back (void)
{
  g_autoptr (CsmThrottle) throttle = csm_throttle_new (2, 60 * CSM_SECOND, 100);

  g_assert_cmpint (csm_throttle_try (throttle, "a", 0), ==, 0);
  g_assert_cmpint (csm_throttle_try (throttle, "a", 0), ==, 0);
  g_assert_cmpint (csm_throttle_try (throttle, "a", 0), >, 0);
  csm_throttle_take_back (throttle, "a", 0);
  g_assert_cmpint (csm_throttle_try (throttle, "a", 0), ==, 0);
  g_assert_cmpint (csm_throttle_try (throttle, "a", 0), ==, CSM_SECOND);
}

/* Whoever has one address of IPv6 has 2^64 of them. */
static void
test_networks (void)
{
  static const char * const keys[][2] = {
    { "192.0.2.7", "192.0.2.7" },
    { "::ffff:192.0.2.7", "192.0.2.7" },
    { "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::" },
    { "2001:db8:1:2::9", "2001:db8:1:2::" },
    { "2001:db8:1:3::9", "2001:db8:1:3::" },
    { "::1", "::1" },
    { "no address", "no address" },
    { NULL, "local" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      g_autofree char *key = csm_throttle_key_of_address (keys[i][0]);

      g_assert_cmpstr (key, ==, keys[i][1]);
    }
}

static void
test_bounded (void)
{
  g_autoptr (CsmThrottle) throttle = csm_throttle_new (1, 60 * CSM_SECOND, 50);

  for (int i = 0; i < 5; i++)
    csm_throttle_try (throttle, "guesser", i * 100 * CSM_SECOND / 5);
  for (int i = 0; i < 1000; i++)
    {
      g_autofree char *key = g_strdup_printf ("%d", i);

      g_assert_cmpint (csm_throttle_try (throttle, key, 100 * CSM_SECOND), ==, 0);
      g_assert_cmpuint (csm_throttle_get_size (throttle), <=, 50);
    }
}

static void
test_gate (void)
{
  g_autoptr (CsmGate) gate = csm_gate_new (2);

  g_assert_true (csm_gate_enter (gate, "a"));
  g_assert_true (csm_gate_enter (gate, "a"));
  g_assert_false (csm_gate_enter (gate, "a"));
  g_assert_true (csm_gate_enter (gate, "b"));
  csm_gate_leave (gate, "a");
  g_assert_true (csm_gate_enter (gate, "a"));
  g_assert_false (csm_gate_enter (gate, "a"));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/server/throttle/doubles", test_doubles);
  g_test_add_func ("/server/throttle/forgets", test_forgets);
  g_test_add_func ("/server/throttle/take-back", test_take_back);
  g_test_add_func ("/server/throttle/bounded", test_bounded);
  g_test_add_func ("/server/throttle/networks", test_networks);
  g_test_add_func ("/server/gate", test_gate);
  return g_test_run ();
}
