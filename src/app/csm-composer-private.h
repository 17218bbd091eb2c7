/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-composer.h"

#include "csm-draft-bar.h"
#include "csm-draft-editor.h"
#include "csm-draft-gutter.h"
#include "csm-file-list.h"
#include "csm-recipients-box.h"
#include "csm-reply-kept.h"
#include "csm-review-bar.h"
#include "csm-review-popover.h"
#include "csm-sending.h"
#include "csm-snippet-popover.h"
#include "csm-spell-checker.h"

G_BEGIN_DECLS

struct _CsmComposer
{
  AdwBin                parent_instance;
  CsmWorkbench         *workbench;
  char                 *case_id;         /* whose text is in the box */
  char                 *based_on;        /* the newest message when the text was begun */
  gboolean              moved;           /* something came since */
  CsmSent              *sent;            /* the last reply of this case; NULL: none */
  CsmReplyKept         *sent_kept;       /* what comes back with it */
  guint                 sent_serial;
  GPtrArray            *sent_paragraphs; /* of which it was made; NULL: none */
  GHashTable           *kept;            /* case id → CsmReplyKept */
  CsmDraftEditor       *editor;          /* shares what is in the box */
  GHashTable           *local;           /* set of the cases of which some text is only on this computer */
  guint                *saving;          /* (rc box) how many drafts are being written: what is read may be older */
  gboolean              stale;           /* that was so when the case was opened */
  gboolean              filled;          /* the draft of this case was put in */
  gboolean              filling;
  gboolean              preediting;      /* an input method is composing a word */
  gboolean              parts_known;     /* what the draft says besides the text is shown */
  gboolean              returning;       /* a reply comes back just now: its files are not to vanish */
  guint                 draft_id;
  GtkWidget            *stack;
  GtkWidget            *box;
  CsmRecipientsBox     *recipients;
  CsmReviewBar         *review_bar;
  CsmDraftBar          *draft_bar;
  GtkWidget            *gutter;
  GtkWidget            *text;
  GtkWidget            *placeholder;
  char                 *signature;       /* of the person and the channel; NULL: none */
  GtkWidget            *signature_label;
  CsmFileList          *attachments;
  GtkWidget            *attach_button;
  GtkWidget            *format_popover;
  GtkWidget            *link_popover;    /* at the cursor */
  GtkWidget            *link_text;
  GtkWidget            *link_url;
  GtkWidget            *link_apply;
  GtkWidget            *link_remove;
  GtkWidget            *outsider_notice;
  GtkWidget            *outsider_label;
  GtkWidget            *outsider_button;
  char                 *outsider_checked; /* the recipients and the case that it is about; NULL: none */
  char                 *outsider;        /* who is mistaken for … */
  char                 *lookalike;       /* … whom; NULL: nobody */
  GtkWidget            *held_notice;
  GtkWidget            *held_label;
  GtkWidget            *held_attach;
  gboolean              holding;         /* it was asked once whether to send this */
  JsonObject           *held_patch;      /* what was to become of the case, and … */
  gint64                held_at;         /* … when it was to leave */
  GtkWidget            *when_popover;    /* NULL: nobody wanted it yet */
  gboolean              when_snoozes;
  GtkWidget            *texts_button;
  CsmSnippetPopover    *texts_popover;
  GHashTable           *snippet_ids;     /* sets: with what the reply was made */
  GHashTable           *article_ids;
  GtkWidget            *ask_button;
  CsmReviewPopover     *ask_popover;
  GtkWidget            *hint;
  GtkWidget            *send_button;
  CsmSpellChecker      *spelling;        /* the text's */
  GtkWidget            *closed_label;
};

char    *csm_composer_dup_text       (CsmComposer         *self);
void     csm_composer_set_text       (CsmComposer         *self,
                                      const char          *text);
gboolean csm_composer_is_blank       (CsmComposer         *self);
void     csm_composer_begin_from     (CsmComposer         *self,
                                      CsmCaseDetail       *detail);
void     csm_composer_update_actions (CsmComposer         *self);

/* What was typed is never lost. */
void     csm_composer_watch_drafts   (CsmComposer         *self);
void     csm_composer_queue_save     (CsmComposer         *self);
void     csm_composer_save_draft     (CsmComposer         *self);
void     csm_composer_leave_case     (CsmComposer         *self);
void     csm_composer_fill           (CsmComposer         *self,
                                      CsmCaseDetail       *detail);
gboolean csm_composer_may_share      (CsmComposer         *self);
void     csm_composer_open_draft     (CsmComposer         *self);
void     csm_composer_edit_reply     (CsmComposer         *self,
                                      const char          *text,
                                      JsonObject          *parts);
void     csm_composer_return_texts   (CsmComposer         *self,
                                      const CsmCaseDetail *detail);

/* What the preferences say of sending. */
gboolean csm_composer_sends_with_enter (CsmComposer       *self);
void     csm_composer_watch_preferences (CsmComposer      *self);
void     csm_composer_choose_language   (CsmComposer      *self);

void     csm_composer_send           (CsmComposer         *self,
                                      JsonObject          *patch,
                                      gint64               at);

/* What one may have overlooked, and what is sent later. */
void     csm_composer_bind_check     (GtkWidgetClass      *widget_class);
void     csm_composer_update_check   (CsmComposer         *self);
void     csm_composer_forget_check   (CsmComposer         *self);
void     csm_composer_try            (CsmComposer         *self,
                                      JsonObject          *patch,
                                      gint64               at);

/* To whom, and with what. */
void     csm_composer_watch_parts    (CsmComposer         *self);
void     csm_composer_say_recipients (CsmComposer         *self);
void     csm_composer_share_again    (CsmComposer         *self);

/* What stands out, and what is pasted. */
void     csm_composer_bind_format   (GtkWidgetClass      *widget_class);
void     csm_composer_set_up_format (CsmComposer         *self);
gboolean csm_composer_format_key    (CsmComposer         *self,
                                     guint                keyval,
                                     GdkModifierType      state);

/* Texts that are used again. */
gboolean csm_composer_mark_blanks    (CsmComposer         *self);
void     csm_composer_insert_text    (CsmComposer         *self,
                                      const char          *id);
gboolean csm_composer_expand         (CsmComposer         *self);
void     csm_composer_save_snippet   (CsmComposer         *self,
                                      const char          *title);
void     csm_composer_write_article  (CsmComposer         *self);
void     csm_composer_count_texts    (CsmComposer         *self,
                                      JsonObject          *submission);
void     csm_composer_forget_texts   (CsmComposer         *self);

/* Somebody looks at it first. */
char    *csm_composer_show_review    (CsmComposer         *self,
                                      gboolean             blank);
void     csm_composer_ask_review     (CsmComposer         *self,
                                      const char          *id,
                                      const char          *note);
void     csm_composer_answer_review  (CsmComposer         *self,
                                      const char          *review,
                                      const char          *note);

G_END_DECLS
