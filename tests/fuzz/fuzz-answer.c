/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#define G_LOG_DOMAIN "csm-fuzz"
#include "config.h"
#include "fuzz-answer.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "harmless.h"

static GPtrArray *converters;

/* GLib ends a program by a signal that libFuzzer does not know, and the message would be lost. */
static void
on_trap (int number)
{
  abort ();
}

void
fuzz_start (void)
{
  signal (SIGTRAP, on_trap);
  g_log_set_always_fatal (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_WARNING);
  converters = csm_mail_answer_start ();
  g_assert_nonnull (converters);
}

/* The page made safe is the last part that is one. */
static void
check_page (GBytes *part)
{
  gsize length;
  const char *page = g_bytes_get_data (part, &length);
  const char *harm;

  if (!g_str_has_prefix (page != NULL && length > 200 ? page : "", "<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"><meta http-equiv=\"Content-Security-Policy\""))
    return;
  harm = reader_test_find_harm (page, length);
  if (harm != NULL)
    g_error ("A page that was made safe has %s: %.*s", harm, (int) length, page);
}

CsmMailAnswer *
fuzz_answer (const guint8 *data,
             gsize         length)
{
  g_autofree char *copy = g_malloc (length + 1);
  g_autoptr (CsmMailAnswer) answer = NULL;
  const char *json;
  gsize size;

  if (length > 0)
    memcpy (copy, data, length);
  copy[length] = '\0';
  answer = csm_mail_answer_new (copy, length, FALSE);
  json = g_bytes_get_data (answer->json, &size);
  if (!g_utf8_validate (json, (gssize) size, NULL))
    g_error ("An answer is not UTF-8");
  for (guint i = 0; i < answer->parts->len; i++)
    check_page (answer->parts->pdata[i]);
  return g_steal_pointer (&answer);
}
