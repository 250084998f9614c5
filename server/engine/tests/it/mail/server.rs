//! A mail server that takes what it is told to take.

use std::sync::Arc;

use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    sync::mpsc,
    task::JoinHandle,
};

/// What the server answers at the end of a letter, or that it answers nothing at all.
#[derive(Clone, Copy)]
pub(super) enum Manner {
    Accept,
    Answer(&'static str),
    Silent,
}

/// A running mail server.
pub(super) struct Server {
    pub(super) port: u16,
    /// The letters it took, as they came; for a silent one, an empty text per connection.
    pub(super) letters: mpsc::UnboundedReceiver<String>,
    task: JoinHandle<()>,
}

impl Server {
    pub(super) async fn start(manner: Manner) -> Self {
        Self::on(0, manner).await
    }

    pub(super) async fn on(port: u16, manner: Manner) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", port)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (sender, letters) = mpsc::unbounded_channel();
        let sender = Arc::new(sender);
        let task = tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                tokio::spawn(converse(stream, manner, Arc::clone(&sender)));
            }
        });
        Self { port, letters, task }
    }

    /// The letters that have come, without waiting.
    pub(super) fn taken(&mut self) -> Vec<String> {
        std::iter::from_fn(|| self.letters.try_recv().ok()).collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn converse(stream: TcpStream, manner: Manner, letters: Arc<mpsc::UnboundedSender<String>>) {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    if matches!(manner, Manner::Silent) {
        letters.send(String::new()).unwrap();
        while let Ok(Some(_)) = lines.next_line().await {}
        return;
    }
    let _ = write.write_all(b"220 test\r\n").await;
    while let Ok(Some(line)) = lines.next_line().await {
        let word = line.split([' ', ':']).next().unwrap_or_default().to_uppercase();
        let answer = match word.as_str() {
            "DATA" => {
                let _ = write.write_all(b"354 go on\r\n").await;
                let mut letter = String::new();
                while let Ok(Some(line)) = lines.next_line().await {
                    if line == "." {
                        break;
                    }
                    letter.push_str(&line);
                    letter.push('\n');
                }
                match manner {
                    Manner::Answer(answer) => answer,
                    _ => {
                        let _ = letters.send(letter);
                        "250 taken"
                    }
                }
            }
            "QUIT" => "221 bye",
            _ => "250 fine",
        };
        let _ = write.write_all(format!("{answer}\r\n").as_bytes()).await;
    }
}
