// HAPI's clients at their defaults: HL7 v2 over MLLP, and FHIR with the check of the CapabilityStatement that it makes first.

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.client.interceptor.BearerTokenAuthInterceptor;
import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import ca.uhn.hl7v2.DefaultHapiContext;
import ca.uhn.hl7v2.model.v25.message.ACK;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.MessageHeader;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Reference;

public class Hapi {
  static final String HETU = "010594Y9032";

  public static void main(String[] arguments) throws Exception {
    hl7();
    fhir();
    System.out.println("AA and AE over MLLP; a transaction and a message are stored, refusals are OperationOutcomes, the statement is read");
  }

  static void hl7() throws Exception {
    try (var context = new DefaultHapiContext()) {
      var connection = context.newClient("127.0.0.1", Integer.parseInt(System.getenv("MLLP")), false);
      for (var code : new String[] {"AA", "AE"}) {
        var pid = code.equals("AA") ? "PID|1||" + HETU + "\r" : "PID|1\r";
        var message = "MSH|^~\\&|POTILAS|KESKUSSAIRAALA|RINNAKKAIN|HVA|20261130080000||ADT^A01^ADT_A01|H" + code
            + "|P|2.5\rEVN||20261130080000\r" + pid + "PV1|1|I|OS3|||||||||||||||VH\r";
        var answer = (ACK) connection.getInitiator().sendAndReceive(context.getPipeParser().parse(message));
        check(code, answer.getMSA().getAcknowledgmentCode().getValue());
        check("H" + code, answer.getMSA().getMessageControlID().getValue());
      }
      connection.close();
    }
  }

  static void fhir() {
    var context = FhirContext.forR4();
    var client = context.newRestfulGenericClient("http://127.0.0.1:" + System.getenv("HTTP") + "/fhir");
    client.registerInterceptor(new BearerTokenAuthInterceptor(System.getenv("FHIR_TOKEN")));

    var patient = new Patient();
    patient.addIdentifier().setSystem("urn:oid:1.2.246.21").setValue(HETU);
    var stay = new Encounter();
    stay.addIdentifier().setSystem("https://kys.example/jakso").setValue("J-interop");
    stay.setStatus(Encounter.EncounterStatus.INPROGRESS);
    stay.setClass_(new Coding("http://terminology.hl7.org/CodeSystem/v3-ActCode", "IMP", null));
    stay.setSubject(new Reference("urn:uuid:11111111-1111-4111-8111-111111111111"));
    stay.getPeriod().setStart(new java.util.Date());
    // A client sets no Bundle.timestamp by itself: then each resource says when it was written, or is refused by name.
    var transaction = new Bundle().setType(Bundle.BundleType.TRANSACTION);
    transaction.addEntry().setFullUrl("urn:uuid:11111111-1111-4111-8111-111111111111").setResource(patient)
        .getRequest().setMethod(Bundle.HTTPVerb.POST).setUrl("Patient");
    transaction.addEntry().setFullUrl("urn:uuid:22222222-2222-4222-8222-222222222222").setResource(stay)
        .getRequest().setMethod(Bundle.HTTPVerb.POST).setUrl("Encounter");
    var place = refused(422, () -> client.transaction().withBundle(transaction).execute());
    check("Bundle.timestamp", place);
    stay.getMeta().setLastUpdated(new java.util.Date());
    patient.getMeta().setLastUpdated(new java.util.Date());
    check("transaction-response", client.transaction().withBundle(transaction).execute().getType().toCode());

    // A message as it is meant, answered by a message.
    var admit = context.newJsonParser().parseResource(Bundle.class, read(System.getenv("MESSAGES") + "/fhir/davinci-admit.json"));
    var answer = client.operation().processMessage().setMessageBundle(admit).synchronous(Bundle.class).execute();
    check("message", answer.getType().toCode());
    check("ok", ((MessageHeader) answer.getEntryFirstRep().getResource()).getResponse().getCode().toCode());

    // A message without what it needs, then a token that nobody has, then what is not served.
    var header = new MessageHeader();
    header.setId("interop");
    header.setEvent(new Coding("http://hl7.org/fhir/us/davinci-alerts/CodeSystem/notification-event", "no-such-event", null));
    header.getSource().setEndpoint("https://kys.example/fhir");
    var message = new Bundle().setType(Bundle.BundleType.MESSAGE).setTimestamp(new java.util.Date());
    message.addEntry().setFullUrl("urn:uuid:33333333-3333-4333-8333-333333333333").setResource(header);
    refused(422, () -> client.operation().processMessage().setMessageBundle(message).synchronous(Bundle.class).execute());
    refused(404, () -> client.read().resource(Patient.class).withId("1").execute());
    client.getInterceptorService().unregisterAllInterceptors();
    client.registerInterceptor(new BearerTokenAuthInterceptor("nobody's"));
    refused(401, () -> client.transaction().withBundle(transaction).execute());
  }

  static String read(String file) {
    try {
      return java.nio.file.Files.readString(java.nio.file.Path.of(file));
    } catch (java.io.IOException error) {
      throw new java.io.UncheckedIOException(error);
    }
  }

  /** Where the refusal says that the fault is. */
  static String refused(int status, Runnable call) {
    try {
      call.run();
    } catch (BaseServerResponseException refused) {
      check(String.valueOf(status), String.valueOf(refused.getStatusCode()));
      var outcome = (OperationOutcome) refused.getOperationOutcome();
      check("true", String.valueOf(outcome != null && outcome.hasIssue()));
      var where = outcome.getIssueFirstRep().getExpression();
      return where.isEmpty() ? "" : where.get(0).getValue();
    }
    throw new AssertionError(status + " was expected");
  }

  static void check(String wanted, String found) {
    if (!wanted.equals(found)) {
      throw new AssertionError(wanted + " was expected, not " + found);
    }
  }
}
