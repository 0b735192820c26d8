using System.Net;
using System.Text.Json;
using Mport.Server.Policy;

namespace Mport.Server.Tests.Policy;

/// <summary>Policies and requests from short texts.</summary>
internal static class Policies
{
    public static TunnelPolicy Of(string json, PolicyOrigin origin = PolicyOrigin.Client, TimeProvider? time = null)
    {
        var (policy, faults) = Read(json, origin, time);
        Assert.True(policy is not null, string.Join('\n', faults));
        return policy;
    }

    public static (TunnelPolicy? Policy, IReadOnlyList<PolicyFault> Faults) Read(string json, PolicyOrigin origin = PolicyOrigin.Client, TimeProvider? time = null)
    {
        using var document = JsonDocument.Parse(json);
        return PolicyReader.Read(document.RootElement.Clone(), new PolicyReading(origin, new PolicySecrets(time ?? TimeProvider.System), time ?? TimeProvider.System));
    }

    public static DescribedRequest Request(string target = "/", string method = "GET", string host = "shop.edge.test", string address = "192.0.2.7", bool https = false, long? length = null) => new()
    {
        Method = method,
        Target = target,
        Path = PolicyPath.Of(PolicyPath.RawPathOf(target)),
        Host = host,
        Address = PolicyRequest.Plain(IPAddress.Parse(address)),
        IsHttps = https,
        HttpsOrigin = $"https://{host}",
        ContentLength = length,
    };

    /// <summary>The status that the rules answer with; null when the request goes on.</summary>
    public static int? StatusOf(this TunnelPolicy policy, DescribedRequest request) => policy.Decide(request).Answer?.Status;
}
