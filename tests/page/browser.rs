//! A real browser: Chromium, driven by WebDriver.

use fantoccini::elements::Element;
use fantoccini::wd::PrintConfiguration;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;

/// Chromium and its driver; both end with the value.
pub struct Browser {
    client: Client,
    runtime: Runtime,
    driver: Child,
    _profile: tempfile::TempDir,
}

/// A window as wide and as high as a workstation's of today.
pub const DESK: (u32, u32) = (1366, 768);
/// A telephone's.
pub const TELEPHONE: (u32, u32) = (390, 844);

impl Browser {
    pub fn start() -> Self {
        let browser = Self::start_with(&json!({}));
        browser.window(DESK);
        browser
    }

    /// For somebody who wants dark pages.
    pub fn start_dark() -> Self {
        let browser = Self::start_as(&json!({}), &["--blink-settings=preferredColorScheme=0"]);
        browser.window(DESK);
        browser
    }

    /// As wide in CSS pixels as a window of 1280 is at 400 %: no window of the browser itself is so narrow.
    pub fn start_zoomed() -> Self {
        let metrics = json!({"width": 320, "height": 800, "pixelRatio": 1.0, "mobile": false, "touch": false});
        Self::start_with(&json!({"mobileEmulation": {"deviceMetrics": metrics}}))
    }

    fn start_with(options: &serde_json::Value) -> Self {
        Self::start_as(options, &[])
    }

    fn start_as(options: &serde_json::Value, more: &[&str]) -> Self {
        // Chromedriver takes no port of its own choice that a program could learn before it listens.
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let profile = tempfile::tempdir().unwrap();
        let driver = Command::new("chromedriver")
            .arg(format!("--port={port}"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver: install the browser (Debian: chromium, chromium-driver)");
        let patience = Instant::now() + Duration::from_secs(30);
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(Instant::now() < patience, "chromedriver does not listen");
            std::thread::sleep(Duration::from_millis(50));
        }
        let arguments = [
            "--headless".to_owned(),
            // As root there is no sandbox; the pages are our own.
            "--no-sandbox".to_owned(),
            "--disable-gpu".to_owned(),
            "--disable-dev-shm-usage".to_owned(),
            "--no-first-run".to_owned(),
            "--disable-background-networking".to_owned(),
            "--disable-component-update".to_owned(),
            "--disable-sync".to_owned(),
            "--lang=fi".to_owned(),
            format!("--user-data-dir={}", profile.path().display()),
        ];
        let arguments: Vec<_> = arguments.into_iter().chain(more.iter().map(|it| (*it).to_owned())).collect();
        let mut options = options.clone();
        options["args"] = json!(arguments);
        let capabilities = json!({ "goog:chromeOptions": options });
        let runtime = Runtime::new().unwrap();
        let client = runtime.block_on(async {
            let mut builder = ClientBuilder::new(HttpConnector::new());
            builder.capabilities(capabilities.as_object().unwrap().clone());
            builder.connect(&format!("http://127.0.0.1:{port}")).await
        });
        Self { client: client.unwrap(), runtime, driver, _profile: profile }
    }

    pub fn window(&self, (width, height): (u32, u32)) {
        self.wait(self.client.set_window_size(width, height)).unwrap();
    }

    pub fn open(&self, url: &str) {
        self.wait(self.client.goto(url)).unwrap();
    }

    /// Waits until the page of this path is shown.
    #[track_caller]
    pub fn comes_to(&self, path: &str) {
        let patience = Instant::now() + Duration::from_secs(20);
        while self.wait(self.client.current_url()).unwrap().path() != path {
            assert!(Instant::now() < patience, "{}", self.everything());
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Everything that a person, the history or a bookmark could see: the URL, the title and the page.
    pub fn everything(&self) -> String {
        let url = self.wait(self.client.current_url()).unwrap();
        let title = self.wait(self.client.title()).unwrap();
        format!("{url}\n{title}\n{}", self.wait(self.client.source()).unwrap())
    }

    pub fn url_and_title(&self) -> String {
        let title = self.wait(self.client.title()).unwrap();
        format!("{} {title}", self.wait(self.client.current_url()).unwrap())
    }

    /// The text of the first element that fits.
    pub fn text(&self, selector: &str) -> String {
        self.wait(self.element(selector).text()).unwrap()
    }

    pub fn fill(&self, selector: &str, text: &str) {
        self.wait(self.element(selector).send_keys(text)).unwrap();
    }

    pub fn choose(&self, selector: &str, value: &str) {
        self.wait(self.element(selector).select_by_value(value)).unwrap();
    }

    /// Clicks what leads to another page, and waits until that page is there.
    pub fn click(&self, selector: &str) {
        let element = self.element(selector);
        self.leaves(|| self.wait(element.click()).unwrap());
    }

    /// The driver may answer before the page changes: what is read next would be of the page that was left.
    fn leaves(&self, act: impl FnOnce()) {
        self.script("window.isToBeLeft = true");
        act();
        let patience = Instant::now() + Duration::from_mins(1);
        let arrived = "return !window.isToBeLeft && document.readyState === 'complete'";
        // Between two pages a script finds none to run on.
        while self.wait(self.client.execute(arrived, Vec::new())).ok() != Some(json!(true)) {
            assert!(Instant::now() < patience, "no other page: {}", self.everything());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Enter, where it leads to another page.
    pub fn enter(&self) {
        self.leaves(|| self.press("\u{e007}"));
    }

    /// Keys for whatever has the focus.
    pub fn press(&self, keys: &str) {
        let focused = self.wait(self.client.active_element()).unwrap();
        self.wait(focused.send_keys(keys)).unwrap();
    }

    /// The browser forgets its session, as it does when it is closed.
    pub fn forget(&self) {
        self.wait(self.client.delete_all_cookies()).unwrap();
    }

    /// An element, as soon as the page has it.
    fn element(&self, selector: &str) -> Element {
        let found = self.client.wait().at_most(Duration::from_secs(20)).for_element(Locator::Css(selector));
        self.wait(found).unwrap_or_else(|error| panic!("{selector}: {error}\n{}", self.everything()))
    }

    pub fn back(&self) {
        self.wait(self.client.back()).unwrap();
    }

    pub fn reload(&self) {
        self.wait(self.client.refresh()).unwrap();
    }

    /// What a script on the page gives.
    pub fn script(&self, script: &str) -> serde_json::Value {
        self.wait(self.client.execute(script, Vec::new())).unwrap()
    }

    /// Writes what the window shows, for people to look at.
    pub fn picture(&self, name: &str) {
        let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("page");
        std::fs::create_dir_all(&directory).unwrap();
        let picture = self.wait(self.client.screenshot()).unwrap();
        std::fs::write(directory.join(format!("{name}.png")), picture).unwrap();
    }

    /// The same of the whole page, in a window of this width.
    pub fn whole_picture(&self, (width, _): (u32, u32), name: &str) {
        let height = self.script("return document.documentElement.scrollHeight").as_u64().unwrap();
        // The window's own frame takes some of it.
        self.window((width, u32::try_from(height).unwrap() + 160));
        self.picture(name);
    }

    /// Writes what a printer gets, for people to look at.
    pub fn print(&self, name: &str) {
        let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("page");
        std::fs::create_dir_all(&directory).unwrap();
        let paper = self.wait(self.client.print(PrintConfiguration::default())).unwrap();
        std::fs::write(directory.join(format!("{name}.pdf")), paper).unwrap();
    }

    fn wait<T>(&self, future: impl Future<Output = T>) -> T {
        let within = async { tokio::time::timeout(Duration::from_mins(1), future).await };
        self.runtime.block_on(within).expect("the browser answers within a minute")
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // The driver ends its browser; what does not answer is killed with it.
        let closed = async { tokio::time::timeout(Duration::from_secs(10), self.client.clone().close()).await };
        let _ = self.runtime.block_on(closed);
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}
