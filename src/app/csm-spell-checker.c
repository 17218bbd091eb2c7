/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-spell-checker.h"

#include <glib/gi18n.h>
#include <string.h>

#include "csm-spell-words.h"
#include "csm-spelling.h"

#define PAUSE_MS 300
#define MAX_BATCH 200

typedef struct
{
  GMutex       mutex;
  CsmSpelling *spelling;
} Dictionary;

typedef struct
{
  int start;   /* characters */
  int end;
} Range;

struct _CsmSpellChecker
{
  GObject        parent_instance;
  GtkTextView   *view;        /* it owns this */
  GtkTextBuffer *buffer;
  GtkTextTag    *tag;
  GSettings     *settings;    /* NULL: nothing is checked */
  Dictionary    *dictionary;  /* (atomic rc box) */
  GStrv          languages;
  GHashTable    *verdicts;    /* word → whether it is right */
  GArray        *wrong;       /* Range: what is underlined */
  GtkTextMark   *start;       /* of the word that the menu is about */
  GtkTextMark   *end;
  gboolean       enabled;
  gboolean       asking;
  guint          serial;      /* of the languages */
  gboolean       edited;      /* since it was looked at last */
  int            edited_at;   /* where the cursor stood then; -1: it was moved since */
  guint          pause_id;
};

G_DEFINE_FINAL_TYPE (CsmSpellChecker, csm_spell_checker, G_TYPE_OBJECT)

static void look (CsmSpellChecker *self);

static void
dictionary_clear (gpointer data)
{
  Dictionary *dictionary = data;

  csm_spelling_free (dictionary->spelling);
  g_mutex_clear (&dictionary->mutex);
}

static void
dictionary_unref (gpointer data)
{
  g_atomic_rc_box_release_full (data, dictionary_clear);
}

/* --- in a thread -------------------------------------------------------------------------------------------- */

typedef enum { CHECK, SUGGEST, ADD } Wish;

typedef struct
{
  Dictionary *dictionary;
  Wish        wish;
  GStrv       languages;
  GPtrArray  *words;
  guint       serial;
  GMenu      *menu;       /* for what is suggested */
} Question;

static void
question_free (gpointer data)
{
  Question *question = data;

  dictionary_unref (question->dictionary);
  g_strfreev (question->languages);
  g_ptr_array_unref (question->words);
  g_clear_object (&question->menu);
  g_free (question);
}

/* Of what is checked: those words that are wrong. */
static void
thread (GTask        *task,
        gpointer      source,
        gpointer      data,
        GCancellable *cancellable)
{
  Question *question = data;
  CsmSpelling *spelling = question->dictionary->spelling;
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) found = NULL;

  g_mutex_lock (&question->dictionary->mutex);
  if (csm_spelling_use (spelling, (const char * const *) question->languages))
    {
      for (guint i = 0; i < question->words->len; i++)
        if (question->wish == CHECK && !csm_spelling_check (spelling, question->words->pdata[i]))
          g_strv_builder_add (builder, question->words->pdata[i]);
        else if (question->wish == ADD)
          csm_spelling_add (spelling, question->words->pdata[i]);
      if (question->wish == SUGGEST)
        found = csm_spelling_suggest (spelling, question->words->pdata[0]);
    }
  g_mutex_unlock (&question->dictionary->mutex);
  if (found == NULL)
    found = g_strv_builder_end (builder);
  g_task_return_pointer (task, g_steal_pointer (&found), (GDestroyNotify) g_strfreev);
}

static void
ask (CsmSpellChecker     *self,
     Wish                 wish,
     GPtrArray           *words,
     GMenu               *menu,
     GAsyncReadyCallback  callback)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, NULL);
  Question *question = g_new0 (Question, 1);

  question->dictionary = g_atomic_rc_box_acquire (self->dictionary);
  question->wish = wish;
  question->languages = g_strdupv (self->languages);
  question->words = words;
  question->serial = self->serial;
  question->menu = menu != NULL ? g_object_ref (menu) : NULL;
  g_task_set_task_data (task, question, question_free);
  g_task_run_in_thread (task, thread);
}

static void
checked_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  CsmSpellChecker *self = CSM_SPELL_CHECKER (source);
  Question *question = g_task_get_task_data (G_TASK (result));
  g_auto (GStrv) wrong = g_task_propagate_pointer (G_TASK (result), NULL);

  self->asking = FALSE;
  if (self->buffer == NULL)
    return;
  for (guint i = 0; question->serial == self->serial && i < question->words->len; i++)
    g_hash_table_replace (self->verdicts, g_strdup (question->words->pdata[i]),
                          GINT_TO_POINTER (!g_strv_contains ((const char * const *) wrong, question->words->pdata[i])));
  look (self);
}

/* --- words -------------------------------------------------------------------------------------------------- */

typedef struct
{
  CsmSpellChecker *self;
  GPtrArray       *unknown;
  GArray          *wrong;
  int              cursor;
} Looking;

static void
take_word (const char *word,
           gsize       length,
           int         offset,
           gpointer    data)
{
  Looking *looking = data;
  Range range = { offset, offset + (int) g_utf8_strlen (word, (gssize) length) };
  g_autofree char *text = NULL;
  gpointer right;

  if (looking->cursor >= range.start && looking->cursor <= range.end)
    return;
  text = g_strndup (word, length);
  if (!g_hash_table_lookup_extended (looking->self->verdicts, text, NULL, &right))
    {
      if (looking->unknown->len < MAX_BATCH)
        g_ptr_array_add (looking->unknown, g_steal_pointer (&text));
    }
  else if (!GPOINTER_TO_INT (right))
    {
      g_array_append_val (looking->wrong, range);
    }
}

/* Only where it differs: each change lays the text out anew. */
static void
underline (CsmSpellChecker *self,
           GArray          *wrong)
{
  GtkTextIter start, end;
  GtkTextIter at;
  gboolean same = TRUE;
  guint n = 0;

  gtk_text_buffer_get_bounds (self->buffer, &start, &end);
  at = start;
  for (gboolean more = gtk_text_iter_starts_tag (&at, self->tag) || gtk_text_iter_forward_to_tag_toggle (&at, self->tag); same && more && !gtk_text_iter_is_end (&at); n++)
    {
      int from = gtk_text_iter_get_offset (&at);

      gtk_text_iter_forward_to_tag_toggle (&at, self->tag);
      same = n < wrong->len && g_array_index (wrong, Range, n).start == from && g_array_index (wrong, Range, n).end == gtk_text_iter_get_offset (&at);
      more = gtk_text_iter_starts_tag (&at, self->tag) || gtk_text_iter_forward_to_tag_toggle (&at, self->tag);
    }
  g_array_set_size (self->wrong, 0);
  g_array_append_vals (self->wrong, wrong->data, wrong->len);
  if (same && n == wrong->len)
    return;
  gtk_text_buffer_remove_tag (self->buffer, self->tag, &start, &end);
  for (guint i = 0; i < wrong->len; i++)
    {
      gtk_text_buffer_get_iter_at_offset (self->buffer, &start, g_array_index (wrong, Range, i).start);
      gtk_text_buffer_get_iter_at_offset (self->buffer, &end, g_array_index (wrong, Range, i).end);
      gtk_text_buffer_apply_tag (self->buffer, self->tag, &start, &end);
    }
}

static void
look (CsmSpellChecker *self)
{
  g_autoptr (GArray) wrong = g_array_new (FALSE, FALSE, sizeof (Range));
  g_autoptr (GPtrArray) unknown = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *text = NULL;
  Looking looking = { self, unknown, wrong, 0 };

  if (self->enabled)
    {
      g_object_get (self->buffer, "text", &text, "cursor-position", &looking.cursor, NULL);
      if (self->edited)
        self->edited_at = looking.cursor;
      else if (self->edited_at != looking.cursor)
        self->edited_at = -1;
      self->edited = FALSE;
      /* Who has gone elsewhere has finished the word. */
      looking.cursor = gtk_widget_has_focus (GTK_WIDGET (self->view)) ? self->edited_at : -1;
      csm_spell_words_find (text, take_word, &looking);
    }
  underline (self, wrong);
  if (unknown->len == 0 || self->asking)
    return;
  self->asking = TRUE;
  ask (self, CHECK, g_steal_pointer (&unknown), NULL, checked_cb);
}

static gboolean
pause_cb (gpointer data)
{
  CsmSpellChecker *self = data;

  self->pause_id = 0;
  look (self);
  return G_SOURCE_REMOVE;
}

static void
queue (CsmSpellChecker *self)
{
  if (self->buffer == NULL || self->pause_id != 0 || (!self->enabled && self->wrong->len == 0))
    return;
  self->pause_id = g_timeout_add (PAUSE_MS, pause_cb, self);
}

static void
changed_cb (CsmSpellChecker *self)
{
  self->edited = TRUE;
  queue (self);
}

/* --- the menu ----------------------------------------------------------------------------------------------- */

static char *
dup_word (CsmSpellChecker *self,
          GtkTextIter     *start,
          GtkTextIter     *end)
{
  gtk_text_buffer_get_iter_at_mark (self->buffer, start, self->start);
  gtk_text_buffer_get_iter_at_mark (self->buffer, end, self->end);
  return gtk_text_buffer_get_text (self->buffer, start, end, FALSE);
}

static void
suggested_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      data)
{
  Question *question = g_task_get_task_data (G_TASK (result));
  g_auto (GStrv) found = g_task_propagate_pointer (G_TASK (result), NULL);

  g_menu_remove_all (question->menu);
  for (guint i = 0; found[i] != NULL; i++)
    {
      g_autoptr (GMenuItem) item = g_menu_item_new (found[i], NULL);

      g_menu_item_set_action_and_target (item, "spelling.correct", "s", found[i]);
      g_menu_append_item (question->menu, item);
    }
  if (found[0] == NULL)
    g_menu_append (question->menu, _("No suggestions"), "spelling.none");
}

/* Fills the view's menu for the word at @at. Returns: whether that one is wrong */
gboolean
csm_spell_checker_offer (CsmSpellChecker *self,
                         GtkTextIter     *at)
{
  GtkTextIter start = *at, end = *at;
  g_autoptr (GMenu) menu = NULL;
  g_autoptr (GMenu) words = NULL;
  g_autoptr (GMenu) deeds = NULL;
  g_autoptr (GPtrArray) asked = NULL;

  gtk_text_view_set_extra_menu (self->view, NULL);
  if (!gtk_text_iter_has_tag (at, self->tag) && !gtk_text_iter_ends_tag (at, self->tag))
    return FALSE;
  if (!gtk_text_iter_starts_tag (&start, self->tag))
    gtk_text_iter_backward_to_tag_toggle (&start, self->tag);
  if (!gtk_text_iter_ends_tag (&end, self->tag))
    gtk_text_iter_forward_to_tag_toggle (&end, self->tag);
  gtk_text_buffer_move_mark (self->buffer, self->start, &start);
  gtk_text_buffer_move_mark (self->buffer, self->end, &end);
  menu = g_menu_new ();
  words = g_menu_new ();
  deeds = g_menu_new ();
  g_menu_append (words, _("Looking for suggestions…"), "spelling.none");
  g_menu_append (deeds, _("_Add to Dictionary"), "spelling.add");
  g_menu_append_section (menu, NULL, G_MENU_MODEL (words));
  g_menu_append_section (menu, NULL, G_MENU_MODEL (deeds));
  gtk_text_view_set_extra_menu (self->view, G_MENU_MODEL (menu));
  asked = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (asked, gtk_text_buffer_get_text (self->buffer, &start, &end, FALSE));
  ask (self, SUGGEST, g_steal_pointer (&asked), words, suggested_cb);
  return TRUE;
}

static void
pressed_cb (CsmSpellChecker *self,
            int              n_press,
            double           x,
            double           y)
{
  GtkTextIter at;
  int buffer_x, buffer_y;

  gtk_text_view_window_to_buffer_coords (self->view, GTK_TEXT_WINDOW_WIDGET, (int) x, (int) y, &buffer_x, &buffer_y);
  gtk_text_view_get_iter_at_location (self->view, &at, buffer_x, buffer_y);
  csm_spell_checker_offer (self, &at);
}

static gboolean
key_cb (CsmSpellChecker *self,
        guint            keyval,
        guint            keycode,
        GdkModifierType  state)
{
  GtkTextIter at;

  if (keyval == GDK_KEY_Menu || (keyval == GDK_KEY_F10 && (state & GDK_SHIFT_MASK) != 0))
    {
      gtk_text_buffer_get_iter_at_mark (self->buffer, &at, gtk_text_buffer_get_insert (self->buffer));
      csm_spell_checker_offer (self, &at);
    }
  return GDK_EVENT_PROPAGATE;
}

static void
correct_cb (CsmSpellChecker *self,
            GVariant        *parameter)
{
  GtkTextIter start, end;
  g_autofree char *word = dup_word (self, &start, &end);

  if (word[0] == '\0')
    return;
  gtk_text_buffer_begin_user_action (self->buffer);
  gtk_text_buffer_delete (self->buffer, &start, &end);
  gtk_text_buffer_insert (self->buffer, &start, g_variant_get_string (parameter, NULL), -1);
  gtk_text_buffer_end_user_action (self->buffer);
}

static void
add_cb (CsmSpellChecker *self)
{
  GtkTextIter start, end;
  g_autofree char *word = dup_word (self, &start, &end);
  g_autoptr (GPtrArray) words = g_ptr_array_new_with_free_func (g_free);

  if (word[0] == '\0')
    return;
  g_hash_table_replace (self->verdicts, g_strdup (word), GINT_TO_POINTER (TRUE));
  g_ptr_array_add (words, g_steal_pointer (&word));
  ask (self, ADD, g_steal_pointer (&words), NULL, NULL);
  look (self);
}

/* --- all ---------------------------------------------------------------------------------------------------- */

static void
csm_spell_checker_dispose (GObject *object)
{
  CsmSpellChecker *self = CSM_SPELL_CHECKER (object);

  g_clear_handle_id (&self->pause_id, g_source_remove);
  g_clear_object (&self->buffer);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (csm_spell_checker_parent_class)->dispose (object);
}

static void
csm_spell_checker_finalize (GObject *object)
{
  CsmSpellChecker *self = CSM_SPELL_CHECKER (object);

  dictionary_unref (self->dictionary);
  g_strfreev (self->languages);
  g_hash_table_unref (self->verdicts);
  g_array_unref (self->wrong);
  G_OBJECT_CLASS (csm_spell_checker_parent_class)->finalize (object);
}

static void
csm_spell_checker_class_init (CsmSpellCheckerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = csm_spell_checker_dispose;
  G_OBJECT_CLASS (klass)->finalize = csm_spell_checker_finalize;
}

static void
csm_spell_checker_init (CsmSpellChecker *self)
{
  self->dictionary = g_atomic_rc_box_new0 (Dictionary);
  g_mutex_init (&self->dictionary->mutex);
  self->verdicts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->wrong = g_array_new (FALSE, FALSE, sizeof (Range));
  self->edited_at = -1;
}

static void
add_actions (CsmSpellChecker *self)
{
  g_autoptr (GSimpleActionGroup) group = g_simple_action_group_new ();
  g_autoptr (GSimpleAction) correct = g_simple_action_new ("correct", G_VARIANT_TYPE_STRING);
  g_autoptr (GSimpleAction) add = g_simple_action_new ("add", NULL);

  g_signal_connect_object (correct, "activate", G_CALLBACK (correct_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (add, "activate", G_CALLBACK (add_cb), self, G_CONNECT_SWAPPED);
  g_action_map_add_action (G_ACTION_MAP (group), G_ACTION (correct));
  g_action_map_add_action (G_ACTION_MAP (group), G_ACTION (add));
  gtk_widget_insert_action_group (GTK_WIDGET (self->view), "spelling", G_ACTION_GROUP (group));
}

/* Those of the desktop. */
static char **
own_languages (void)
{
  const char *const *names = g_get_language_names ();
  GPtrArray *languages = g_ptr_array_new ();

  for (guint i = 0; names[i] != NULL; i++)
    if (!g_str_equal (names[i], "C") && strpbrk (names[i], ".@") == NULL)
      g_ptr_array_add (languages, g_strdup (names[i]));
  g_ptr_array_add (languages, NULL);
  return (char **) g_ptr_array_free (languages, FALSE);
}

/**
 * csm_spell_checker_attach:
 * @view: a text view
 * @words_path: (nullable): a list of words that stands for the computer's own dictionaries
 *
 * Returns: (transfer none): what checks there when it is enabled; it lives as long as @view
 */
CsmSpellChecker *
csm_spell_checker_attach (GtkTextView *view,
                          const char  *words_path)
{
  CsmSpellChecker *self = g_object_new (CSM_TYPE_SPELL_CHECKER, NULL);
  GtkGesture *click = gtk_gesture_click_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkTextIter start;

  self->view = view;
  self->buffer = g_object_ref (gtk_text_view_get_buffer (view));
  self->dictionary->spelling = csm_spelling_new (words_path);
  self->languages = own_languages ();
  self->tag = gtk_text_buffer_create_tag (self->buffer, NULL, "underline", PANGO_UNDERLINE_ERROR, NULL);
  gtk_text_buffer_get_start_iter (self->buffer, &start);
  self->start = gtk_text_buffer_create_mark (self->buffer, NULL, &start, TRUE);
  self->end = gtk_text_buffer_create_mark (self->buffer, NULL, &start, FALSE);
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), GDK_BUTTON_SECONDARY);
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (click), GTK_PHASE_CAPTURE);
  g_signal_connect_object (click, "pressed", G_CALLBACK (pressed_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (view), GTK_EVENT_CONTROLLER (click));
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (key_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (view), keys);
  add_actions (self);
  g_signal_connect_object (self->buffer, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->buffer, "notify::cursor-position", G_CALLBACK (queue), self, G_CONNECT_SWAPPED);
  g_object_set_data_full (G_OBJECT (view), "csm-spell-checker", self, g_object_unref);
  return self;
}

static void
setting_cb (CsmSpellChecker *self)
{
  self->enabled = self->settings != NULL && g_settings_get_boolean (self->settings, "check-spelling");
  queue (self);
}

/* @settings: (nullable): say whether anything is checked; without them nothing is */
void
csm_spell_checker_set_settings (CsmSpellChecker *self,
                                GSettings       *settings)
{
  g_return_if_fail (CSM_IS_SPELL_CHECKER (self));
  if (self->settings == settings)
    return;
  if (self->settings != NULL)
    g_signal_handlers_disconnect_by_data (self->settings, self);
  g_set_object (&self->settings, settings);
  if (settings != NULL)
    g_signal_connect_object (settings, "changed::check-spelling", G_CALLBACK (setting_cb), self, G_CONNECT_SWAPPED);
  setting_cb (self);
}

/* @language: (nullable): such as "es", in which is written; %NULL: that of the desktop */
void
csm_spell_checker_set_language (CsmSpellChecker *self,
                                const char      *language)
{
  const char *const one[] = { language, NULL };
  g_auto (GStrv) languages = NULL;

  g_return_if_fail (CSM_IS_SPELL_CHECKER (self));
  languages = language != NULL && language[0] != '\0' ? g_strdupv ((char **) one) : own_languages ();
  if (g_strv_equal ((const char * const *) languages, (const char * const *) self->languages))
    return;
  g_strfreev (self->languages);
  self->languages = g_steal_pointer (&languages);
  self->serial++;
  g_hash_table_remove_all (self->verdicts);
  queue (self);
}

/* How many words are underlined. */
guint
csm_spell_checker_count (CsmSpellChecker *self)
{
  return self->wrong->len;
}
