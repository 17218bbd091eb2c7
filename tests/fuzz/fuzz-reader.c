/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#define G_LOG_DOMAIN "csm-fuzz"
#include "config.h"

#include "csm-mail-answer.h"
#include "harmless.h"

#include <stdlib.h>
#include <string.h>

/* One message through everything that casement-reader does with it. */

int LLVMFuzzerInitialize (int    *argc,
                          char ***argv);
int LLVMFuzzerTestOneInput (const guint8 *data,
                            gsize         length);

static GPtrArray *converters;

int
LLVMFuzzerInitialize (int    *argc,
                      char ***argv)
{
  converters = csm_mail_answer_start ();
  return converters != NULL ? 0 : 1;
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

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         length)
{
  g_autofree char *copy = g_malloc (length + 1);
  g_autoptr(CsmMailAnswer) answer = NULL;
  const char *json;
  gsize size;

  if (length > 0)
    memcpy (copy, data, length);
  copy[length] = '\0';
  answer = csm_mail_answer_new (copy, length, FALSE);
  json = g_bytes_get_data (answer->json, &size);
  if (!g_utf8_validate (json, (gssize) size, NULL))
    g_error ("An answer is not UTF-8");
  if (answer->parts->len > 0)
    for (guint i = 0; i < answer->parts->len; i++)
      check_page (answer->parts->pdata[i]);
  return 0;
}
