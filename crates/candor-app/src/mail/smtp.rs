//! Mail through an SMTP server. Each mail is a connection of its own: they are few and far between.

use std::time::Duration;

use candor_core::ports::{Mail, MailError, Mailer};
use lettre::{
    Address, Message, SmtpTransport, Transport,
    message::{
        Attachment, Mailbox, MultiPart, SinglePart,
        header::{ContentType, HeaderName, HeaderValue},
    },
};

/// Why the settings of mail can't be used.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct InvalidMailSettings(&'static str);

/// Hands mail to one SMTP server.
pub struct SmtpMailer {
    transport: SmtpTransport,
    from: Mailbox,
}

impl SmtpMailer {
    /// From `smtp://host:25`, `smtp://user:password@host:587?tls=required` or `smtps://user:password@host:465`,
    /// and who mail comes from. Connects to nothing yet.
    ///
    /// # Errors
    /// [`InvalidMailSettings`]; it shows neither address.
    pub fn open(url: &str, from: &str, timeout: Duration) -> Result<Self, InvalidMailSettings> {
        let from = from
            .parse()
            .map_err(|_| InvalidMailSettings("mail.from is no address like Name <name@host>"))?;
        let transport = SmtpTransport::from_url(url)
            .map_err(|_| InvalidMailSettings("mail.url is no address like smtp://host:25"))?
            .timeout(Some(timeout))
            .build();
        Ok(Self { transport, from })
    }

    fn message(&self, mail: &Mail) -> Result<Message, MailError> {
        let unfit = |what: &str| MailError::Permanent(format!("the mail can't be written: {what}"));
        let address: Address = mail
            .to_address
            .parse()
            .map_err(|_| unfit("the address of the candidate is none"))?;
        let domain = self.from.email.domain();
        let name = mail.to_name.as_deref().map(one_line);
        let mut body = MultiPart::alternative()
            .singlepart(SinglePart::plain(mail.text.clone()))
            .singlepart(SinglePart::html(mail.html.clone()));
        if let Some(calendar) = &mail.calendar {
            let kind = format!("text/calendar; method={}; charset=utf-8", calendar.method);
            let kind = ContentType::parse(&kind).map_err(|_| unfit("the calendar entry"))?;
            body = body.singlepart(
                SinglePart::builder()
                    .header(kind)
                    .body(calendar.content.clone()),
            );
        }
        let mut whole = MultiPart::mixed().multipart(body);
        if let Some(calendar) = &mail.calendar {
            let kind = ContentType::parse("application/ics").map_err(|_| unfit("the entry"))?;
            let file = Attachment::new("interview.ics".to_owned());
            whole = whole.singlepart(file.body(calendar.content.clone(), kind));
        }
        let mut message = Message::builder()
            .message_id(Some(format!("<{}@{domain}>", one_line(&mail.id))))
            .from(self.from.clone())
            .to(Mailbox::new(name, address))
            .subject(one_line(&mail.subject))
            .multipart(whole)
            .map_err(|_| unfit("a header"))?;
        // So that absence notes are not sent back (RFC 3834).
        let header = HeaderName::new_from_ascii_str("Auto-Submitted");
        let value = HeaderValue::new(header, "auto-generated".to_owned());
        message.headers_mut().insert_raw(value);
        Ok(message)
    }
}

impl Mailer for SmtpMailer {
    fn send(&self, mail: &Mail) -> Result<(), MailError> {
        let message = self.message(mail)?;
        self.transport
            .send(&message)
            .map(|_| ())
            .map_err(|error| verdict(&error))
    }
}

/// The server's own words are not passed on: they may name the person.
fn verdict(error: &lettre::transport::smtp::Error) -> MailError {
    let told = error.status().map(u16::from);
    match told {
        Some(status) if error.is_permanent() => {
            MailError::Permanent(format!("the mail server refused it ({status})"))
        }
        Some(status) => MailError::Passing(format!("the mail server answered {status}")),
        None if error.is_timeout() => {
            MailError::Passing("the mail server did not answer in time".to_owned())
        }
        None if error.is_tls() => {
            MailError::Passing("the mail server offers no valid TLS".to_owned())
        }
        None if error.is_client() => MailError::Permanent(
            "the mail server takes neither our mail nor our way of signing in".to_owned(),
        ),
        None => MailError::Passing("the mail server can't be reached".to_owned()),
    }
}

/// Nothing that could begin another header.
fn one_line(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}

#[cfg(test)]
mod tests {
    use candor_core::ports::Calendar;

    use super::*;

    fn mailer() -> SmtpMailer {
        let limit = Duration::from_secs(1);
        SmtpMailer::open("smtp://127.0.0.1:1", "Acme <hr@example.org>", limit).unwrap()
    }

    fn mail(name: &str, subject: &str) -> Mail {
        Mail {
            id: "mai_1".to_owned(),
            to_name: Some(name.to_owned()),
            to_address: "ana@example.org".to_owned(),
            subject: subject.to_owned(),
            text: "Hello".to_owned(),
            html: "<p>Hello</p>".to_owned(),
            calendar: Some(Calendar {
                method: "REQUEST",
                content: "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n".to_owned(),
            }),
        }
    }

    fn headers(mail: &Mail) -> Vec<String> {
        let raw = String::from_utf8(mailer().message(mail).unwrap().formatted()).unwrap();
        let head = raw.split("\r\n\r\n").next().unwrap().to_owned();
        head.split("\r\n").map(str::to_owned).collect()
    }

    #[test]
    fn neither_name_nor_subject_begins_a_header() {
        for evil in [
            "x\r\nBcc: a@b.org",
            "x\nBcc: a@b.org",
            "x\rBcc: a@b.org",
            "\"<a@b.org>,",
        ] {
            let headers = headers(&mail(evil, evil));
            let names: Vec<&str> = headers
                .iter()
                .filter(|line| !line.starts_with([' ', '\t']))
                .filter_map(|line| line.split(':').next())
                .collect();
            assert!(!names.contains(&"Bcc"), "{headers:?}");
            assert_eq!(names.iter().filter(|name| **name == "To").count(), 1);
            let parsed = mailer().message(&mail(evil, evil)).unwrap();
            assert_eq!(parsed.envelope().to().len(), 1);
        }
    }

    #[test]
    fn an_entry_comes_both_inline_and_as_a_file() {
        let raw = mailer()
            .message(&mail("Ana", "Interview"))
            .unwrap()
            .formatted();
        let raw = String::from_utf8(raw).unwrap();
        assert!(raw.contains("text/calendar; method=REQUEST"), "{raw}");
        assert!(raw.contains("filename=\"interview.ics\""), "{raw}");
        assert!(raw.contains("Auto-Submitted: auto-generated"), "{raw}");
        assert!(raw.contains("Message-ID: <mai_1@example.org>"), "{raw}");
    }

    #[test]
    fn a_server_that_is_away_is_a_passing_failure() {
        let sent = mailer().send(&mail("Ana", "Interview"));
        assert!(matches!(sent, Err(MailError::Passing(_))), "{sent:?}");
    }

    #[test]
    fn settings_that_are_none_are_refused() {
        let limit = Duration::from_secs(1);
        assert!(SmtpMailer::open("http://x", "a@b.org", limit).is_err());
        assert!(SmtpMailer::open("smtp://x", "nobody", limit).is_err());
    }
}
