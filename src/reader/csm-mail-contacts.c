/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#include "config.h"

#include "csm-mail-contacts.h"

#include "csm-content-line.h"

#include <string.h>

#define MAX_CONTACTS 100
#define MAX_VALUES 20
#define MAX_LINE 250

typedef struct
{
  char *name;
  char *parts;              /* of the name, the family's first */
  char *organisation;
  GPtrArray *emails;
  GPtrArray *phones;
} Contact;

static void
contact_clear (Contact *self)
{
  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->parts, g_free);
  g_clear_pointer (&self->organisation, g_free);
  g_ptr_array_set_size (self->emails, 0);
  g_ptr_array_set_size (self->phones, 0);
}

/* "Smith;Ana;;Dr" as people write it. */
static char *
join_name (const char *parts)
{
  g_auto(GStrv) words = g_strsplit (parts, ";", 5);
  guint count = g_strv_length (words);

  return g_strstrip (g_strconcat (count > 1 ? words[1] : "", " ", count > 0 ? words[0] : "", NULL));
}

/* "Company;Department" as people write it. */
static char *
join_organisation (const char *parts)
{
  g_auto(GStrv) words = g_strsplit (parts, ";", 5);
  GString *out = g_string_new (NULL);

  for (char **word = words; *word != NULL; word++)
    if (g_strstrip (*word)[0] != '\0')
      g_string_append_printf (out, "%s%s", out->len > 0 ? ", " : "", *word);
  return g_string_free (out, FALSE);
}

static void
add_value (GPtrArray  *list,
           const char *text,
           const char *scheme)
{
  if (g_ascii_strncasecmp (text, scheme, strlen (scheme)) == 0)
    text += strlen (scheme);
  if (text[0] != '\0' && list->len < MAX_VALUES && !g_ptr_array_find_with_equal_func (list, text, g_str_equal, NULL))
    g_ptr_array_add (list, g_strdup (text));
}

static void
take_line (Contact        *self,
           CsmContentLine *line)
{
  g_autofree char *text = csm_content_line_dup_text (line, MAX_LINE);

  if (strcmp (line->name, "FN") == 0 && self->name == NULL && text[0] != '\0')
    self->name = g_steal_pointer (&text);
  else if (strcmp (line->name, "N") == 0 && self->parts == NULL)
    self->parts = join_name (text);
  else if (strcmp (line->name, "ORG") == 0 && self->organisation == NULL && text[0] != '\0')
    self->organisation = join_organisation (text);
  else if (strcmp (line->name, "EMAIL") == 0)
    add_value (self->emails, text, "mailto:");
  else if (strcmp (line->name, "TEL") == 0)
    add_value (self->phones, text, "tel:");
}

static void
write_list (CsmJsonWriter *writer,
            const char    *name,
            GPtrArray     *list)
{
  csm_json_writer_begin_array (writer, name);
  for (guint i = 0; i < list->len; i++)
    csm_json_writer_string (writer, NULL, list->pdata[i]);
  csm_json_writer_end_array (writer);
}

static gboolean
write_contact (Contact       *self,
               CsmJsonWriter *writer)
{
  const char *name = self->name != NULL ? self->name : self->parts;

  if ((name == NULL || name[0] == '\0') && self->organisation == NULL && self->emails->len == 0 && self->phones->len == 0)
    return FALSE;
  csm_json_writer_begin_object (writer, NULL);
  csm_json_writer_string (writer, "name", name != NULL ? name : "");
  csm_json_writer_string (writer, "organisation", self->organisation != NULL ? self->organisation : "");
  write_list (writer, "emails", self->emails);
  write_list (writer, "phones", self->phones);
  csm_json_writer_end_object (writer);
  return TRUE;
}

/**
 * csm_mail_contacts_write:
 * @cards: (element-type utf8): the texts of visiting cards
 * @writer: inside the answer's object
 *
 * Writes who is on the cards (RFC 6350, and what came before it).
 */
void
csm_mail_contacts_write (GPtrArray     *cards,
                         CsmJsonWriter *writer)
{
  Contact contact = { .emails = g_ptr_array_new_with_free_func (g_free), .phones = g_ptr_array_new_with_free_func (g_free) };
  g_auto(CsmContentLine) line = { NULL };
  guint count = 0;

  csm_json_writer_begin_array (writer, "contacts");
  for (guint i = 0; i < cards->len; i++)
    {
      const char *text = cards->pdata[i];

      while (count < MAX_CONTACTS && csm_content_line_next (&line, &text))
        {
          gboolean ends = csm_content_line_is (&line, "END", "VCARD");

          if (ends)
            count += write_contact (&contact, writer);
          else if (!csm_content_line_is (&line, "BEGIN", "VCARD"))
            take_line (&contact, &line);
          if (ends || strcmp (line.name, "BEGIN") == 0)
            contact_clear (&contact);
        }
      contact_clear (&contact);
    }
  csm_json_writer_end_array (writer);
  g_ptr_array_unref (contact.emails);
  g_ptr_array_unref (contact.phones);
}
