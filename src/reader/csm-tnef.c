/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#include "config.h"

#include "csm-tnef-private.h"

#include "csm-mail-charset.h"
#include "csm-rtf.h"

#include <string.h>

#define SIGNATURE 0x223e9f78u
#define MAX_DEPTH 4
#define MAX_FILES 500
#define MAX_PROPERTIES 5000
#define MAX_LINE 998
#define MAX_TEXT (1024 * 1024)

/* Attributes (MS-OXTNEF, section 2.1.3.2). */
enum
{
  SUBJECT = 0x00018004,
  BODY = 0x0002800c,
  MESSAGE_PROPERTIES = 0x00069003,
  CODE_PAGE = 0x00069007,
  FILE_BEGINS = 0x00069002,
  FILE_TITLE = 0x00018010,
  FILE_DATA = 0x0006800f,
  FILE_PROPERTIES = 0x00069005,
};

/* What a file that is a message begins with: the name of the interface for messages. */
static const guint8 message_interface[16] = { 0x07, 0x03, 0x02, 0, 0, 0, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0x46 };

typedef struct
{
  CsmTnef *tnef;
  CsmTnefFile *file;        /* the last of them */
  gboolean has_long_name;
  guint code_page;
  guint depth;
  GBytes *rtf;
  CsmTnefProperty html;     /* borrowed; type 0 while there is none */
  guint html_page;
} Reading;

static CsmTnef *tnef_read (const guint8 *data, gsize length, guint depth);

static void
file_free (CsmTnefFile *file)
{
  g_free (file->name);
  g_free (file->type);
  g_free (file->cid);
  g_clear_pointer (&file->bytes, g_bytes_unref);
  g_free (file);
}

/* Takes the text of @property unless there is one already. */
static void
set_line (Reading          *self,
          char            **to,
          CsmTnefProperty  *property)
{
  g_autofree char *text = NULL;

  if (*to != NULL)
    return;
  text = csm_tnef_dup_text (property, self->code_page, MAX_LINE);
  *to = csm_mail_charset_clean (text, CSM_MAIL_CLEAN_LINE, MAX_LINE);
}

/* 100 ns since 1601. */
static GDateTime *
read_time (CsmTnefProperty *property)
{
  guint64 ticks = 0;

  if (property->value.length != 8)
    return NULL;
  for (guint i = 8; i > 0; i--)
    ticks = ticks << 8 | property->value.data[i - 1];
  return g_date_time_new_from_unix_utc ((gint64) (ticks / 10000000) - G_GINT64_CONSTANT (11644473600));
}

static void
take_message_property (Reading         *self,
                       CsmTnefProperty *property)
{
  CsmTnef *tnef = self->tnef;
  CsmTnefBytes number = property->value;
  guint32 page;

  switch (property->id)
    {
    case 0x0037:
      set_line (self, &tnef->subject, property);
      break;
    case 0x0c1a:
    case 0x0042:
      set_line (self, &tnef->from_name, property);
      break;
    case 0x5d01:
    case 0x5d02:
      g_clear_pointer (&tnef->from_address, g_free);
      set_line (self, &tnef->from_address, property);
      break;
    case 0x0c1f:
    case 0x0065:
      set_line (self, &tnef->from_address, property);
      break;
    case 0x0e04:
      set_line (self, &tnef->to, property);
      break;
    case 0x0039:
      if (tnef->date == NULL)
        tnef->date = read_time (property);
      break;
    case 0x3fde:
      if (csm_tnef_take_32 (&number, &page))
        self->html_page = page;
      break;
    case 0x1000:
      if (tnef->text == NULL)
        tnef->text = csm_tnef_dup_text (property, self->code_page, MAX_TEXT);
      break;
    case 0x1009:
      if (self->rtf == NULL && property->value.length > 0)
        self->rtf = csm_rtf_decompress (property->value.data, property->value.length);
      break;
    case 0x1013:
      self->html = *property;
      break;
    default:
      break;
    }
}

/* A message that was attached becomes one as RFC 5322 has it, so that it is read like any other. */
static void
take_message_file (Reading      *self,
                   CsmTnefBytes  value)
{
  g_autoptr(CsmTnef) inner = self->depth < MAX_DEPTH ? tnef_read (value.data, value.length, self->depth + 1) : NULL;
  CsmTnefFile *file = self->file;

  if (inner == NULL)
    {
      self->tnef->damaged = TRUE;
      return;
    }
  self->tnef->damaged = self->tnef->damaged || inner->damaged;
  g_clear_pointer (&file->bytes, g_bytes_unref);
  file->bytes = csm_tnef_to_message (inner);
  g_free (file->type);
  file->type = g_strdup ("message/rfc822");
  if (file->name == NULL || !self->has_long_name)
    {
      g_autofree char *subject = g_strdup (inner->subject != NULL && inner->subject[0] != '\0' ? inner->subject : "message");

      g_strdelimit (subject, "/\\:", '-');
      g_free (file->name);
      file->name = g_strconcat (subject, ".eml", NULL);
      self->has_long_name = TRUE;
    }
}

static void
take_file_data (Reading         *self,
                CsmTnefProperty *property)
{
  CsmTnefBytes value = property->value;
  CsmTnefBytes interface;

  if (property->type == CSM_TNEF_OBJECT)
    {
      if (!csm_tnef_take (&value, 16, &interface))
        return;
      if (memcmp (interface.data, message_interface, 16) == 0)
        {
          take_message_file (self, value);
          return;
        }
    }
  if (self->file->bytes == NULL)
    self->file->bytes = g_bytes_new (value.data, value.length);
}

static void
take_file_property (Reading         *self,
                    CsmTnefProperty *property)
{
  CsmTnefFile *file = self->file;

  switch (property->id)
    {
    case 0x3707:
      g_clear_pointer (&file->name, g_free);
      set_line (self, &file->name, property);
      self->has_long_name = TRUE;
      break;
    case 0x3704:
    case 0x3001:
      set_line (self, &file->name, property);
      break;
    case 0x370e:
      set_line (self, &file->type, property);
      break;
    case 0x3712:
      set_line (self, &file->cid, property);
      break;
    case 0x3701:
      take_file_data (self, property);
      break;
    default:
      break;
    }
}

static void
take_properties (Reading       *self,
                 CsmTnefBytes   bytes,
                 void         (*take) (Reading         *self,
                                       CsmTnefProperty *property))
{
  guint32 count;

  if (!csm_tnef_take_32 (&bytes, &count))
    count = 0;
  for (guint32 i = 0; i < MIN (count, MAX_PROPERTIES); i++)
    {
      CsmTnefProperty property;

      if (!csm_tnef_take_property (&bytes, &property))
        {
          self->tnef->damaged = TRUE;
          return;
        }
      take (self, &property);
    }
}

static void
begin_file (Reading *self)
{
  if (self->tnef->files->len >= MAX_FILES)
    {
      self->tnef->damaged = TRUE;
      self->file = NULL;
      return;
    }
  self->file = g_new0 (CsmTnefFile, 1);
  self->has_long_name = FALSE;
  g_ptr_array_add (self->tnef->files, self->file);
}

static void
take_attribute (Reading      *self,
                guint32       id,
                CsmTnefBytes  value)
{
  CsmTnefProperty text = { CSM_TNEF_STRING8, 0, value };
  CsmTnefBytes number = value;
  guint32 page;

  if (id == CODE_PAGE && csm_tnef_take_32 (&number, &page))
    self->code_page = page;
  else if (id == SUBJECT)
    set_line (self, &self->tnef->subject, &text);
  else if (id == BODY && self->tnef->text == NULL)
    self->tnef->text = csm_tnef_dup_text (&text, self->code_page, MAX_TEXT);
  else if (id == MESSAGE_PROPERTIES)
    take_properties (self, value, take_message_property);
  else if (id == FILE_BEGINS)
    begin_file (self);
  else if (id == FILE_TITLE && self->file != NULL && !self->has_long_name)
    set_line (self, &self->file->name, &text);
  else if (id == FILE_DATA && self->file != NULL && self->file->bytes == NULL)
    self->file->bytes = g_bytes_new (value.data, value.length);
  else if (id == FILE_PROPERTIES && self->file != NULL)
    take_properties (self, value, take_file_property);
}

/* HTML if there is any, else what the rich text says, unless there is text anyway. */
static void
choose_body (Reading *self)
{
  CsmTnef *tnef = self->tnef;

  if (self->html.type != 0)
    tnef->html = csm_tnef_dup_text (&self->html, self->html_page != 0 ? self->html_page : self->code_page, MAX_TEXT);
  if (tnef->html == NULL && self->rtf != NULL)
    {
      gsize length;
      const char *rtf = g_bytes_get_data (self->rtf, &length);
      gboolean is_html;
      g_autofree char *text = csm_rtf_to_text (rtf, length, &is_html);
      g_autofree char *clean = csm_mail_charset_clean (text, CSM_MAIL_CLEAN_TEXT, MAX_TEXT);

      if (is_html)
        tnef->html = g_steal_pointer (&clean);
      else if (tnef->text == NULL || tnef->text[0] == '\0')
        {
          g_free (tnef->text);
          tnef->text = g_steal_pointer (&clean);
        }
    }
  g_clear_pointer (&self->rtf, g_bytes_unref);
}

/* One that was begun and never filled is none. */
static void
tidy_files (CsmTnef *tnef)
{
  for (guint i = tnef->files->len; i > 0; i--)
    {
      CsmTnefFile *file = tnef->files->pdata[i - 1];

      if (file->bytes == NULL)
        g_ptr_array_remove_index (tnef->files, i - 1);
      else if (file->type == NULL)
        file->type = g_strdup ("application/octet-stream");
    }
}

static CsmTnef *
tnef_read (const guint8 *data,
           gsize         length,
           guint         depth)
{
  CsmTnefBytes left = { data, length };
  Reading self = { .code_page = 1252, .depth = depth };
  guint32 signature;
  guint ignored;

  if (!csm_tnef_take_32 (&left, &signature) || signature != SIGNATURE || !csm_tnef_take_16 (&left, &ignored))
    return NULL;
  self.tnef = g_new0 (CsmTnef, 1);
  self.tnef->files = g_ptr_array_new_with_free_func ((GDestroyNotify) file_free);
  while (left.length > 0)
    {
      CsmTnefBytes level;
      CsmTnefBytes value;
      guint32 id;
      guint32 size;

      /* The sums of many real ones are wrong. */
      if (!csm_tnef_take (&left, 1, &level) || !csm_tnef_take_32 (&left, &id) || !csm_tnef_take_32 (&left, &size)
          || !csm_tnef_take (&left, size, &value) || !csm_tnef_take_16 (&left, &ignored))
        {
          self.tnef->damaged = TRUE;
          break;
        }
      take_attribute (&self, id, value);
    }
  choose_body (&self);
  tidy_files (self.tnef);
  return self.tnef;
}

/**
 * csm_tnef_read:
 * @data: (array length=length): an application/ms-tnef
 * @length: its length in bytes
 *
 * Reads what Outlook puts a message in (MS-OXTNEF). What is damaged is read as far as it makes sense.
 *
 * Returns: (transfer full) (nullable): what it holds, or %NULL when it is none
 */
CsmTnef *
csm_tnef_read (const guint8 *data,
               gsize         length)
{
  return tnef_read (data, length, 0);
}

void
csm_tnef_free (CsmTnef *self)
{
  g_free (self->subject);
  g_free (self->from_name);
  g_free (self->from_address);
  g_free (self->to);
  g_clear_pointer (&self->date, g_date_time_unref);
  g_free (self->text);
  g_free (self->html);
  g_ptr_array_unref (self->files);
  g_free (self);
}
