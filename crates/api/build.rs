//! Generates the services from `proto/rinnakkain/care/v1` with protox (no protoc to install), and the descriptors that
//! reflection answers from.

use std::path::PathBuf;

#[expect(clippy::disallowed_methods, reason = "cargo names the folder for generated files in OUT_DIR")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let root = "../../proto";
    println!("cargo::rerun-if-changed={root}/rinnakkain/care");
    let services = ["care_team", "consent", "duty_contact", "involvement", "parallel_view", "receipt"]
        .map(|it| format!("rinnakkain/care/v1/{it}.proto"));
    let files = protox::compile(services, [root])?;
    let out = PathBuf::from(std::env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?);
    std::fs::write(out.join("descriptors.bin"), prost::Message::encode_to_vec(&files))?;
    // A question names a client and an answer tells of one: neither has a `Debug` (law 3).
    tonic_prost_build::configure().skip_debug(["."]).compile_fds(files)?;
    Ok(())
}
