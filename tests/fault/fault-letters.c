/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "fault-letters.h"

#include <string.h>

#include "csm-json.h"
#include "fault-words.h"

/* To whom replies go. */

static const char * const fields[] = { "to", "cc", "bcc" };
G_STATIC_ASSERT (G_N_ELEMENTS (fields) == LEDGER_N_RECIPIENTS);

/* The columns of a line of the sink */
enum { ID, GIVEN, TO, N_COLUMNS = TO + LEDGER_N_RECIPIENTS };

static void
add_address (JsonObject *reply,
             guint       field,
             const char *address)
{
  JsonArray *list = csm_json_get_array (reply, fields[field]);
  JsonObject *mailbox = json_object_new ();

  if (list == NULL)
    {
      list = json_array_new ();
      json_object_set_array_member (reply, fields[field], list);
    }
  csm_json_set_string (mailbox, "address", address);
  json_array_add_object_element (list, mailbox);
}

JsonObject *
letters_choose (FaultWorld *world,
                guint       on,
                guint       number,
                guint       choice)
{
  JsonObject *reply = json_object_new ();

  add_address (reply, 0, fault_world_get_case (world, on)->address);
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      g_autofree char *address = g_strdup_printf ("%s%u@example.com", fields[i], number);

      if (choice >> i & 1)
        add_address (reply, i, address);
    }
  return reply;
}

void
letters_note (LedgerEntry *entry,
              JsonObject  *submission)
{
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      g_free (entry->recipients[i]);
      entry->recipients[i] = words_join_addresses (csm_json_get_array (submission, fields[i]));
    }
}

/* --- what reached the sink ------------------------------------------------------------------------------------------------ */

/* (transfer full): the addresses of a header's line, as words_join_addresses() would say them */
static char *
read_addresses (const char *line)
{
  g_auto (GStrv) all = g_strsplit (line, ",", -1);
  GString *text = g_string_new (NULL);

  for (char **one = all; *one != NULL; one++)
    {
      const char *begin = strchr (*one, '<'), *end = begin != NULL ? strchr (begin, '>') : NULL;
      g_autofree char *address = g_strstrip (end != NULL ? g_strndup (begin + 1, (gsize) (end - begin - 1)) : g_strdup (*one));

      if (*address != '\0')
        g_string_append_printf (text, "%s ", address);
    }
  return g_string_free (text, FALSE);
}

static int
compare_words (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(const char * const *) a, *(const char * const *) b);
}

/* (transfer full): the words of @text in an order that doesn't depend on it */
static char *
sort_words (const char *text)
{
  g_auto (GStrv) all = g_strsplit (text, " ", -1);
  GString *sorted = g_string_new (NULL);

  qsort (all, g_strv_length (all), sizeof (char *), compare_words);
  for (char **one = all; *one != NULL; one++)
    {
      if (**one != '\0')
        g_string_append_printf (sorted, "%s ", *one);
    }
  return g_string_free (sorted, FALSE);
}

static void
audit_letter (LedgerEntry *entry,
              char       **columns,
              GPtrArray   *findings)
{
  g_autofree char *all = g_strconcat (entry->recipients[0], entry->recipients[1], entry->recipients[2], NULL);
  g_autofree char *wanted = sort_words (all), *given = sort_words (columns[GIVEN]);

  if (!g_str_equal (wanted, given))
    g_ptr_array_add (findings, g_strdup_printf ("“%s” was to go to %s and was given to %s", entry->text, wanted, given));
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      g_autofree char *said = read_addresses (columns[TO + i]);
      gboolean is_hidden = g_str_equal (fields[i], "bcc");

      if (!g_str_equal (said, is_hidden ? "" : entry->recipients[i]))
        g_ptr_array_add (findings, g_strdup_printf ("the mail of “%s” names %s in its field %s", entry->text, said, fields[i]));
    }
}

static void
audit_mail (LedgerEntry *entry,
            JsonObject  *message,
            char       **lines,
            GPtrArray   *findings)
{
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      g_autofree char *said = words_join_addresses (csm_json_get_array (message, fields[i]));

      if (!g_str_equal (fields[i], "bcc") && !g_str_equal (said, entry->recipients[i]))
        g_ptr_array_add (findings, g_strdup_printf ("“%s” became a message whose %s is %s instead of %s", entry->text, fields[i], said, entry->recipients[i]));
    }
  for (char **line = lines; *line != NULL; line++)
    {
      g_auto (GStrv) columns = g_strsplit (*line, "\t", -1);

      if (g_strv_length (columns) == N_COLUMNS && g_strcmp0 (columns[ID], csm_json_get_string (message, "messageId")) == 0)
        audit_letter (entry, columns, findings);
    }
}

static void
audit_entry (LedgerEntry *entry,
             JsonObject  *submission,
             JsonArray   *messages,
             char       **lines,
             GPtrArray   *findings)
{
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      g_autofree char *said = words_join_addresses (csm_json_get_array (submission, fields[i]));

      if (!g_str_equal (said, entry->recipients[i]))
        g_ptr_array_add (findings, g_strdup_printf ("“%s” is for %s as %s, and its writer said %s", entry->text, said, fields[i], entry->recipients[i]));
    }
  for (guint i = 0; i < json_array_get_length (messages); i++)
    {
      JsonObject *message = json_array_get_object_element (messages, i);

      if (g_strcmp0 (csm_json_get_string (message, "submissionId"), csm_json_get_string (submission, "id")) == 0)
        audit_mail (entry, message, lines, findings);
    }
}

void
letters_audit (GPtrArray  *ledger,
               JsonArray  *submissions,
               JsonArray  *messages,
               const char *sink,
               GPtrArray  *findings)
{
  g_autofree char *path = g_strconcat (sink, ".letters", NULL), *text = NULL;
  g_auto (GStrv) lines = NULL;

  /* Perhaps nothing was sent. */
  g_file_get_contents (path, &text, NULL, NULL);
  lines = g_strsplit (text != NULL ? text : "", "\n", -1);
  for (guint i = 0; i < json_array_get_length (submissions); i++)
    {
      JsonObject *submission = json_array_get_object_element (submissions, i);
      LedgerEntry *entry = ledger_find (ledger, csm_json_get_string (submission, "textBody"));

      if (entry != NULL && entry->recipients[0] != NULL)
        audit_entry (entry, submission, messages, lines, findings);
    }
}
