/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-frame-guard.h"

#include <gio/gunixconnection.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define LIMIT 1000

typedef struct
{
  CsmFrameGuard *guard;
  int            peer;
  gboolean       exceeded;
} Fixture;

static void
exceeded_cb (CsmFrameGuard *guard,
             gboolean      *exceeded)
{
  g_assert_false (*exceeded);
  *exceeded = TRUE;
}

static void
set_up (Fixture       *fixture,
        gconstpointer  unused)
{
  g_autoptr (GSocket) socket = NULL;
  g_autoptr (GSocketConnection) connection = NULL;
  GError *error = NULL;
  int fds[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), ==, 0);
  socket = g_socket_new_from_fd (fds[0], &error);
  g_assert_no_error (error);
  g_socket_set_blocking (socket, FALSE);
  connection = g_socket_connection_factory_create_connection (socket);
  fixture->guard = csm_frame_guard_new (G_IO_STREAM (connection), LIMIT);
  fixture->peer = fds[1];
  g_signal_connect (fixture->guard, "exceeded", G_CALLBACK (exceeded_cb), &fixture->exceeded);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  unused)
{
  close (fixture->peer);
  g_io_stream_close (G_IO_STREAM (fixture->guard), NULL, NULL);
  g_assert_finalize_object (fixture->guard);
}

static void
put_frame (GByteArray *bytes,
           guint8      first,
           gsize       length)
{
  static const guint8 mask[4] = { 0 };
  guint8 header[10] = { first };
  gsize size = 2;
  g_autofree guint8 *payload = g_malloc0 (length + 1);

  if (length < 126)
    header[1] = (guint8) (0x80 | length);
  else
    {
      header[1] = 0x80 | 126;
      header[2] = (guint8) (length >> 8);
      header[3] = (guint8) length;
      size = 4;
    }
  g_byte_array_append (bytes, header, (guint) size);
  g_byte_array_append (bytes, mask, 4);
  g_byte_array_append (bytes, payload, (guint) length);
}

/* Writes everything in pieces of @step bytes, and returns how much the guard let through. */
static gsize
feed (Fixture    *fixture,
      GByteArray *bytes,
      gsize       step)
{
  GPollableInputStream *input = G_POLLABLE_INPUT_STREAM (g_io_stream_get_input_stream (G_IO_STREAM (fixture->guard)));
  gsize through = 0;

  for (gsize at = 0; at < bytes->len; at += step)
    {
      gsize count = MIN (step, bytes->len - at);
      gssize got;
      char buffer[4096];

      g_assert_cmpint (write (fixture->peer, bytes->data + at, count), ==, (gssize) count);
      while ((got = g_pollable_input_stream_read_nonblocking (input, buffer, sizeof buffer, NULL, NULL)) > 0)
        through += (gsize) got;
      g_assert_cmpint (got, ==, -1);
    }
  while (g_main_context_iteration (NULL, FALSE))
    ;
  return through;
}

static void
test_small (Fixture       *fixture,
            gconstpointer  unused)
{
  static const gsize steps[] = { 1, 3, 7, 100000 };

  for (gsize i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      g_autoptr (GByteArray) bytes = g_byte_array_new ();

      put_frame (bytes, 0x81, 0);
      put_frame (bytes, 0x81, 5);
      put_frame (bytes, 0x01, 600);
      put_frame (bytes, 0x89, 4);   /* a ping between fragments */
      put_frame (bytes, 0x00, 300);
      put_frame (bytes, 0x80, 100);
      put_frame (bytes, 0x82, LIMIT);
      put_frame (bytes, 0x88, 2);
      g_assert_cmpuint (feed (fixture, bytes, steps[i]), ==, bytes->len);
      g_assert_false (fixture->exceeded);
    }
}

static void
test_large_frame (Fixture       *fixture,
                  gconstpointer  unused)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  put_frame (bytes, 0x81, 10);
  put_frame (bytes, 0x81, LIMIT + 1);
  put_frame (bytes, 0x81, 10);
  g_assert_cmpuint (feed (fixture, bytes, 50), <, 10 + 6 + 4);
  g_assert_true (fixture->exceeded);
}

static void
test_many_fragments (Fixture       *fixture,
                     gconstpointer  unused)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  put_frame (bytes, 0x01, 100);
  for (int i = 0; i < 50; i++)
    put_frame (bytes, 0x00, 100);
  g_assert_cmpuint (feed (fixture, bytes, 333), <=, 10 * 106 + 4);
  g_assert_true (fixture->exceeded);
}

/* A length of 64 bits that would overflow the sum. */
static void
test_huge_length (Fixture       *fixture,
                  gconstpointer  unused)
{
  static const guint8 frames[] = { 0x01, 0x81, 0, 0, 0, 0, 'x', 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0 };
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  g_byte_array_append (bytes, frames, sizeof frames);
  feed (fixture, bytes, 1);
  g_assert_true (fixture->exceeded);
}

/* Each is answered, and the answers are kept for who doesn't read them. */
static void
test_pings (Fixture       *fixture,
            gconstpointer  unused)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  for (int i = 0; i < 600; i++)
    put_frame (bytes, 0x89, 4);
  g_assert_cmpuint (feed (fixture, bytes, 1000), ==, bytes->len);
  g_assert_false (fixture->exceeded);
  g_byte_array_set_size (bytes, 0);
  for (int i = 0; i < 10; i++)
    put_frame (bytes, 0x89, 4);
  feed (fixture, bytes, 1000);
  g_assert_true (fixture->exceeded);
}

static void
test_slow (Fixture       *fixture,
           gconstpointer  unused)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  static const guint8 begun[] = { 0x81, 0x85, 0, 0, 0, 0, 'x' }, rest[] = { 'x', 'x', 'x', 'x' };

  g_assert_false (csm_frame_guard_is_slow (fixture->guard, -G_USEC_PER_SEC));
  put_frame (bytes, 0x81, 5);
  feed (fixture, bytes, 100);
  g_assert_false (csm_frame_guard_is_slow (fixture->guard, -G_USEC_PER_SEC));
  g_byte_array_set_size (bytes, 0);
  g_byte_array_append (bytes, begun, sizeof begun);
  feed (fixture, bytes, 100);
  g_assert_false (csm_frame_guard_is_slow (fixture->guard, 60 * G_USEC_PER_SEC));
  g_assert_true (csm_frame_guard_is_slow (fixture->guard, -G_USEC_PER_SEC));
  g_byte_array_set_size (bytes, 0);
  g_byte_array_append (bytes, rest, sizeof rest);
  feed (fixture, bytes, 100);
  g_assert_false (csm_frame_guard_is_slow (fixture->guard, -G_USEC_PER_SEC));
  /* Between two fragments it is still on its way. */
  g_byte_array_set_size (bytes, 0);
  put_frame (bytes, 0x01, 5);
  feed (fixture, bytes, 100);
  g_assert_true (csm_frame_guard_is_slow (fixture->guard, -G_USEC_PER_SEC));
}

static void
test_counts_writes (Fixture       *fixture,
                    gconstpointer  unused)
{
  GPollableOutputStream *output = G_POLLABLE_OUTPUT_STREAM (g_io_stream_get_output_stream (G_IO_STREAM (fixture->guard)));
  char block[4096] = { 0 };
  guint64 total = 0;
  gssize written;

  while ((written = g_pollable_output_stream_write_nonblocking (output, block, sizeof block, NULL, NULL)) > 0)
    total += (guint64) written;
  g_assert_cmpuint (total, >, 0);
  g_assert_cmpuint (csm_frame_guard_get_written (fixture->guard), ==, total);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/server/frame-guard/small", Fixture, NULL, set_up, test_small, tear_down);
  g_test_add ("/server/frame-guard/large-frame", Fixture, NULL, set_up, test_large_frame, tear_down);
  g_test_add ("/server/frame-guard/many-fragments", Fixture, NULL, set_up, test_many_fragments, tear_down);
  g_test_add ("/server/frame-guard/huge-length", Fixture, NULL, set_up, test_huge_length, tear_down);
  g_test_add ("/server/frame-guard/pings", Fixture, NULL, set_up, test_pings, tear_down);
  g_test_add ("/server/frame-guard/slow", Fixture, NULL, set_up, test_slow, tear_down);
  g_test_add ("/server/frame-guard/counts-writes", Fixture, NULL, set_up, test_counts_writes, tear_down);
  return g_test_run ();
}
