//! Generates the wire types from `proto/rinnakkain/event/v1` with protox: no protoc to install.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let root = "../../proto";
    println!("cargo::rerun-if-changed={root}");
    let files = protox::compile(["rinnakkain/event/v1/event.proto", "rinnakkain/event/v1/journal.proto"], [root])?;
    prost_build::Config::new()
        .bytes(["."])
        // What is personal has no `Debug` (law 3).
        .skip_debug([
            "PersonName",
            "BirthDate",
            "Worker",
            "StatedDirectory",
            "StatedUnit",
            "StatedWard",
            "StatedWorker",
        ])
        .compile_fds(files)?;
    Ok(())
}
