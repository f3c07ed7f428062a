//! `--max-file-bytes` and `--threads`, at their ends.

use crate::logs::{Folder, document, gzip, records};

#[test]
fn a_file_is_read_to_the_limit_and_the_rest_is_told() {
    let text = document(&records(1, 50));
    let size = u64::try_from(text.len()).unwrap();
    for bytes in [text.clone().into_bytes(), gzip(&text), [gzip("\n"), gzip(&text[..])].concat()] {
        let folder = Folder::with("x.json", &bytes);
        for limit in [0, 1, 2, 700, size / 2, size - 700] {
            let limit_text = limit.to_string();
            let run = folder.detect(&["--max-file-bytes", &limit_text]);
            assert_eq!(run.code, if limit < 10 { 3 } else { 0 }, "{limit}: {}", run.err);
            assert!(run.counted() < 50);
            assert_eq!(run.counted() > 0, limit > 10, "{limit}: {}", run.err);
            let problem = run.problems()[0];
            let told = format!("more than {limit} bytes when decompressed");
            assert!(problem.contains(&told) && problem.contains("--max-file-bytes"), "{problem}");
            let strict = folder.detect(&["--strict", "--max-file-bytes", &limit_text]);
            assert_eq!(strict.code, 3);
        }
        for limit in [size + 1, u64::from(u32::MAX), u64::MAX - 1, u64::MAX] {
            let run = folder.detect(&["--max-file-bytes", &limit.to_string()]).ends(0);
            assert_eq!(run.counted(), 50, "{limit}: {}", run.err);
        }
    }
}

#[test]
fn the_limit_is_for_each_file_and_for_standard_input() {
    let text = document(&records(1, 5));
    let folder = Folder::with("a.json", &text);
    folder.write("b.json.gz", gzip(document(&records(10, 5))));
    let size = text.len() + 100;
    let run = folder.detect(&["--max-file-bytes", &size.to_string()]).ends(0);
    assert_eq!(run.counted(), 10);
    let mut command = crate::logs::program();
    command.args(["detect", "-", "--max-file-bytes", "700"]).write_stdin(text);
    let run = crate::logs::Run::of(&mut command);
    assert!(run.problems()[0].starts_with("-: byte "), "{}", run.err);
}

#[test]
fn any_number_of_threads_gives_the_same() {
    let folder = Folder::new();
    for (number, part) in (0..).zip(crate::logs::burst(10).chunks(40)) {
        folder.write(&format!("{number}.json"), document(part));
    }
    let one = folder.detect(&["-j", "1"]).ends(0);
    assert_eq!(one.insights().len(), 2);
    for threads in ["2", "16", "300"] {
        assert_eq!(folder.detect(&["-j", threads]).ends(0).out, one.out, "{threads}");
    }
    // As many as may be asked for take seconds to put to sleep: that they start is enough.
    let mut command = crate::logs::program();
    let run = crate::logs::Run::of(command.args(["detect", "no/such/file", "-j", "1024"]));
    assert!(run.ends(3).err.contains("no/such/file"));
    for threads in ["0", "1025", "-1", "1.5", ""] {
        let run = folder.detect(&[&format!("--threads={threads}")]).ends(2);
        assert!(run.err.contains("--threads"), "{}", run.err);
    }
}
