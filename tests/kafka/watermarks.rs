//! A partition that stands still makes "none" into "not known": for everybody, because nobody knows what it holds.

use crate::support::{BINARY, DUTY, access, ago, identified, over_kafka, settle};
use api::proto;
use api::proto::check_involvement_response::Involvement;
use std::path::Path;
use std::time::Duration;
use store::{Database, Store};
use testkit::county::{SOCIAL_TOKEN, Visit, adt, person};
use testkit::edit::Edit;
use testkit::kafka;
use testkit::product::{Product, scratch};
use testkit::wire::{Mllp, acknowledgement_code, post};

#[test]
fn a_partition_that_stands_still_makes_none_not_known() {
    let directory = scratch().unwrap();
    let base = directory.path();
    let broker = kafka::shared().unwrap();
    // The second projector keeps its partitions while it is stopped.
    let config = testkit::county::config().edit("silence = \"30m\"", "silence = \"5s\"");
    let config = over_kafka(&config, &broker.bootstrap(), "care-events-still")
        .edit("\"session.timeout.ms\" = \"3000\"", "\"session.timeout.ms\" = \"60000\"");
    std::fs::write(base.join("rinnakkain.toml"), &config).unwrap();
    let data = base.join("data");
    std::fs::create_dir(&data).unwrap();
    std::fs::set_permissions(&data, std::os::unix::fs::PermissionsExt::from_mode(0o711)).unwrap();
    let product = Product::start(Path::new(BINARY), &base.join("rinnakkain.toml"), &data).unwrap();
    let postgres = embedded::Postgres::adopt(&data.join("postgres")).unwrap().unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let socket = Database::Socket { dir: postgres.socket_dir().to_owned(), account: embedded::SERVICE.to_owned() };
    let store = runtime.block_on(Store::connect(&socket, 1)).unwrap();
    runtime.block_on(settle(&store));

    let (url, keys) = (postgres.url("postgres"), data.join("keys.toml").display().to_string());
    let second = base.join("second");
    std::fs::create_dir(&second).unwrap();
    let apart = format!("{config}\n[database]\nurl = {url:?}\n[keys]\nfile = {keys:?}\n");
    std::fs::write(second.join("rinnakkain.toml"), apart).unwrap();
    let projector =
        Product::start_part(Path::new(BINARY), "project", &second.join("rinnakkain.toml"), &second).unwrap();
    // Until it has some of the partitions.
    for _ in 0..200 {
        if projector.log().unwrap().contains("partitions of the journal are this reader's") {
            break;
        }
        std::thread::sleep(Duration::from_millis(100));
    }

    let client = person(5200);
    let speak = || {
        let beat = post(product.ports.http, "/heartbeat", SOCIAL_TOKEN, "text/plain", "").unwrap();
        assert_eq!(beat.status, 204);
        let visit = Visit { number: "S", class: "I", ward: "OS3", ended: Some(ago(60)), ..Visit::default() };
        let answer = Mllp::connect(product.ports.mllp).unwrap().send(&adt("A03", "1", ago(60), &client, &visit));
        assert_eq!(acknowledgement_code(&answer.unwrap()), "AA");
    };
    let address = format!("http://127.0.0.1:{}", product.ports.grpc);
    let ask = || {
        let endpoint = tonic::transport::Channel::from_shared(address.clone()).unwrap();
        let channel = runtime.block_on(endpoint.connect()).unwrap();
        let mut service = proto::involvement_service_client::InvolvementServiceClient::new(channel);
        let request = proto::CheckInvolvementRequest {
            client: Some(identified(&client.hetu)),
            access: Some(access(DUTY)),
            as_of: None,
        };
        runtime.block_on(service.check_involvement(DUTY.request(request))).unwrap().into_inner().involvement.unwrap()
    };
    speak();
    runtime.block_on(settle(&store));
    assert!(matches!(ask(), Involvement::NotInvolved(_)), "both go on");

    testkit::product::signal(projector.pid(), "STOP").unwrap();
    for _ in 0..7 {
        std::thread::sleep(Duration::from_secs(1));
        speak();
    }
    let Involvement::NotKnown(not_known) = ask() else { panic!("some partitions stand still") };
    assert!(not_known.doubts().eq([proto::Doubt::SourceSilent]));
    assert!(not_known.since.is_some());

    // However long its sources may be silent: what was acknowledged meanwhile may be about this client.
    std::thread::sleep(Duration::from_secs(10));
    speak();
    let Involvement::NotKnown(not_known) = ask() else { panic!("some partitions stand still") };
    assert!(not_known.doubts().any(|it| it == proto::Doubt::NotApplied), "not of its silence alone");

    testkit::product::signal(projector.pid(), "CONT").unwrap();
    speak();
    runtime.block_on(settle(&store));
    assert!(matches!(ask(), Involvement::NotInvolved(_)), "and on again");
    projector.stop().unwrap();
    product.stop().unwrap();
}
