namespace Mport.Server.Tests.Edge.Listeners;

/// <summary>ClientHellos as real programs sent them.</summary>
internal static class RealClientHellos
{
    /// <summary><c>curl -k https://app.edge.test/</c>: h2 and http/1.1.</summary>
    public static byte[] Curl { get; } = Convert.FromBase64String(
        "FgMBAgABAAH8AwMX+PZferbU/a/Qc/iNzGy0ne3ExkBbs8uH1iaRfzEydyA3ksVNbAPtaixKaYbDJ9gO29NmAuvVUxEHgn5luC5u/QA+EwITAxMBwCzAMACfzKnMqMyqwC"
        + "vALwCewCTAKABrwCPAJwBnwArAFAA5wAnAEwAzAJ0AnAA9ADwANQAvAP8BAAF1AAAAEgAQAAANYXBwLmVkZ2UudGVzdAALAAQDAAECAAoAFgAUAB0AFwAeABkAGAEAAQEB"
        + "AgEDAQQAEAAOAAwCaDIIaHR0cC8xLjEAFgAAABcAAAAxAAAADQAqACgEAwUDBgMIBwgICAkICggLCAQIBQgGBAEFAQYBAwMDAQMCBAIFAgYCACsACQgDBAMDAwIDAQAtAA"
        + "IBAQAzACYAJAAdACC+3u07jSPAs12aqmXtOWBxDCfgk46tPMrkPIa7BACxJgAVALAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
        + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
        + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==");

    /// <summary><c>openssl s_client -servername app.edge.test -alpn mport/1,h2</c>.</summary>
    public static byte[] OpenSsl { get; } = Convert.FromBase64String(
        "FgMBAUsBAAFHAwNluVlYwnJbLOSC+yv1CeNtKIiwmrhOqBBSgb9I5ses5CAAw5CR0Vk3j83QBu/jF65IHlDhpx210mJaQuOF89UMXgA+EwITAxMBwCzAMACfzKnMqMyqwC"
        + "vALwCewCTAKABrwCPAJwBnwArAFAA5wAnAEwAzAJ0AnAA9ADwANQAvAP8BAADAAAAAEgAQAAANYXBwLmVkZ2UudGVzdAALAAQDAAECAAoAFgAUAB0AFwAeABkAGAEAAQEB"
        + "AgEDAQQAIwAAABAADQALB21wb3J0LzECaDIAFgAAABcAAAANACoAKAQDBQMGAwgHCAgICQgKCAsIBAgFCAYEAQUBBgEDAwMBAwIEAgUCBgIAKwAJCAMEAwMDAgMBAC0AAg"
        + "EBADMAJgAkAB0AIDZbrGEo2rliLvqnOu/iqBN9Bwhv9g+Cq4avG/9r8E9o");

    /// <summary><c>openssl s_client -noservername -tls1_2</c>: neither name nor protocols.</summary>
    public static byte[] OpenSslTls12 { get; } = Convert.FromBase64String(
        "FgMBALcBAACzAwNqjXYKyPbi574MYp+CkCcJdJIMGudisb1eAt5E5VhGyQAAOMAswDAAn8ypzKjMqsArwC8AnsAkwCgAa8AjwCcAZ8AKwBQAOcAJwBMAMwCdAJwAPQA8AD"
        + "UALwD/AQAAUgALAAQDAAECAAoADAAKAB0AFwAeABkAGAAjAAAAFgAAABcAAAANACoAKAQDBQMGAwgHCAgICQgKCAsIBAgFCAYEAQUBBgEDAwMBAwIEAgUCBgI=");
}
