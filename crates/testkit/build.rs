//! The messages of `proto/rinnakkain/event/v1`, from which bodies of every type of event are made.

use std::path::PathBuf;

#[expect(clippy::disallowed_methods, reason = "cargo names the folder for generated files in OUT_DIR")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let root = "../../proto";
    println!("cargo::rerun-if-changed={root}/rinnakkain/event");
    let files = protox::compile(["rinnakkain/event/v1/event.proto"], [root])?;
    let out = PathBuf::from(std::env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?);
    std::fs::write(out.join("event.bin"), prost::Message::encode_to_vec(&files))?;
    Ok(())
}
