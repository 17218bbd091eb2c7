/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#define G_LOG_DOMAIN "csm-reader-test"
#include "config.h"

#include "reader-test.h"

#include "csm-mail-answer.h"

#include <locale.h>

/* Reads in this process, so that sanitizers and debuggers see everything. */
int
reader_test_run (int    argc,
                 char  *argv[],
                 void (*add_tests) (void))
{
  g_autoptr(GPtrArray) converters = NULL;

  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  converters = csm_mail_answer_start ();
  add_tests ();
  return g_test_run ();
}

CsmParsedMail *
reader_test_read (const char *raw,
                  gssize      length)
{
  gsize size = length < 0 ? strlen (raw) : (gsize) length;
  g_autofree char *copy = g_malloc (size + 1);
  g_autoptr(CsmMailAnswer) answer = NULL;
  g_autoptr(GError) error = NULL;
  CsmParsedMail *mail;

  memcpy (copy, raw, size);
  copy[size] = '\0';
  answer = csm_mail_answer_new (copy, size, FALSE);
  mail = csm_parsed_mail_new (answer->json, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (csm_parsed_mail_get_expected (mail), ==, answer->parts->len);
  for (guint i = 0; i < answer->parts->len; i++)
    g_assert_true (csm_parsed_mail_add_part (mail, answer->parts->pdata[i], &error));
  return mail;
}

static void
append_spans (GString    *out,
              JsonObject *block)
{
  JsonArray *spans = json_object_get_array_member (block, "s");

  for (guint i = 0; i < json_array_get_length (spans); i++)
    {
      JsonObject *span = json_array_get_object_element (spans, i);
      gboolean bold = json_object_get_boolean_member_with_default (span, "b", FALSE);
      gboolean italic = json_object_get_boolean_member_with_default (span, "i", FALSE);

      g_string_append_printf (out, "%s%s%s%s%s", bold ? "*" : "", italic ? "/" : "",
                              json_object_get_string_member (span, "x"), italic ? "/" : "", bold ? "*" : "");
      if (json_object_has_member (span, "u"))
        g_string_append_printf (out, "<%s%s>", json_object_has_member (span, "m") ? "!" : "",
                                json_object_get_string_member (span, "u"));
    }
}

static void append_blocks (GString *out, JsonArray *blocks);

static void
append_rows (GString    *out,
             JsonObject *block)
{
  JsonArray *rows = json_object_get_array_member (block, "r");

  for (guint i = 0; i < json_array_get_length (rows); i++)
    {
      JsonArray *row = json_array_get_array_element (rows, i);

      for (guint j = 0; j < json_array_get_length (row); j++)
        g_string_append_printf (out, "%s%s", j > 0 ? "," : i > 0 ? ";" : "", json_array_get_string_element (row, j));
    }
}

static void
append_block (GString    *out,
              JsonObject *block)
{
  const char *kind = json_object_get_string_member (block, "t");

  g_string_append (out, kind);
  if (json_object_has_member (block, "l"))
    g_string_append_printf (out, "%d", (int) json_object_get_int_member (block, "l"));
  if (json_object_has_member (block, "o"))
    g_string_append_printf (out, "#%d", (int) json_object_get_int_member (block, "o"));
  if (json_object_has_member (block, "d"))
    g_string_append_printf (out, "%d", (int) json_object_get_int_member (block, "d"));
  if (json_object_has_member (block, "f"))
    g_string_append_c (out, 'f');
  g_string_append_c (out, '(');
  if (json_object_has_member (block, "a"))
    g_string_append_printf (out, "%s|", json_object_get_string_member (block, "a"));
  if (json_object_has_member (block, "s"))
    append_spans (out, block);
  if (json_object_has_member (block, "x"))
    g_string_append (out, json_object_get_string_member (block, "x"));
  if (json_object_has_member (block, "cid"))
    g_string_append_printf (out, "cid:%s ", json_object_get_string_member (block, "cid"));
  if (json_object_has_member (block, "alt"))
    g_string_append (out, json_object_get_string_member (block, "alt"));
  if (json_object_has_member (block, "src"))
    g_string_append_printf (out, " %s", json_object_get_string_member (block, "src"));
  if (json_object_has_member (block, "r"))
    append_rows (out, block);
  if (json_object_has_member (block, "c"))
    append_blocks (out, json_object_get_array_member (block, "c"));
  g_string_append_c (out, ')');
}

static void
append_blocks (GString   *out,
               JsonArray *blocks)
{
  for (guint i = 0; i < json_array_get_length (blocks); i++)
    {
      if (i > 0)
        g_string_append_c (out, ' ');
      append_block (out, json_array_get_object_element (blocks, i));
    }
}

/* The blocks in a short form: p(Hello) q1(On Monday Ana wrote:|p(Bye)). */
char *
reader_test_body (CsmParsedMail *mail)
{
  GString *out = g_string_new (NULL);

  append_blocks (out, csm_parsed_mail_get_array (mail, "body"));
  return g_string_free (out, FALSE);
}

void
reader_test_assert (const char *headers,
                    const char *content,
                    const char *expected)
{
  g_autofree char *raw = g_strconcat ("From: ana@example.com\n", headers, "\n\n", content, NULL);
  g_autoptr(CsmParsedMail) mail = reader_test_read (raw, -1);
  g_autofree char *body = NULL;

  g_assert_true (csm_parsed_mail_is_ok (mail));
  body = reader_test_body (mail);
  g_assert_cmpstr (body, ==, expected);
}

gboolean
reader_test_has_defect (CsmParsedMail *mail,
                        const char    *defect)
{
  JsonArray *defects = csm_parsed_mail_get_array (mail, "defects");

  for (guint i = 0; i < json_array_get_length (defects); i++)
    if (g_str_equal (json_array_get_string_element (defects, i), defect))
      return TRUE;
  return FALSE;
}

const char *
reader_test_address (CsmParsedMail *mail,
                     const char    *field,
                     const char    *member)
{
  JsonArray *list = csm_parsed_mail_get_array (mail, field);

  return json_array_get_length (list) > 0
         ? json_object_get_string_member (json_array_get_object_element (list, 0), member) : NULL;
}

JsonObject *
reader_test_attachment (CsmParsedMail *mail,
                        guint          index)
{
  JsonArray *list = csm_parsed_mail_get_array (mail, "attachments");

  g_assert_cmpuint (index, <, json_array_get_length (list));
  return json_array_get_object_element (list, index);
}
