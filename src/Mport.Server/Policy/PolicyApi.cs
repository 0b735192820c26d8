using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.HttpResults;
using Mport.Protocol.Errors;
using Mport.Protocol.Rest;
using Mport.Server.Accounts;
using Mport.Server.Api;
using Mport.Server.Edge.Http;
using Mport.Server.Events;
using Mport.Server.Tunnels;

namespace Mport.Server.Policy;

/// <summary><c>/api/v1/tunnels/{id}/policy</c>: the rules in front of a tunnel; and <c>/api/v1/policy/check</c>, which tries rules without a tunnel.</summary>
internal static class PolicyApi
{
    /// <summary>Maps the resource.</summary>
    public static void MapPolicy(this IEndpointRouteBuilder api)
    {
        var policy = api.MapGroup("/tunnels/{id}/policy").WithTags("policy");
        policy.MapGet("", GetAsync).Needs(TokenScopes.TunnelsRead).WithName("getPolicy").WithSummary("The rules in front of a tunnel, without their secrets, and the key that shows which one decided");
        policy.MapPut("", PutAsync).Needs(TokenScopes.TunnelsWrite).Takes<PolicyBody>().WithName("setPolicy").WithSummary("Set rules that come before the client's; they hold from the next request on");
        policy.MapDelete("", DeleteAsync).Needs(TokenScopes.TunnelsWrite).WithName("clearPolicy").WithSummary("Take away the rules that were set; the client's stay");
        api.MapPost("/policy/check", Check).Needs(TokenScopes.TunnelsRead).Takes<PolicyCheckRequest>().WithTags("policy").WithName("checkPolicy").WithSummary("Say what is wrong with rules, or what becomes of a request");
    }

    private static async Task<Results<Ok<PolicyAnswerBody>, ApiProblem>> GetAsync(
        ApiCaller caller, string id, HttpContext context, OwnTunnelStore tunnels, TunnelRegistry registry, PolicyDesk desk, CancellationToken cancellationToken)
    {
        if (await tunnels.FindAsync(caller.UserId, new TunnelId(id), cancellationToken) is not { } tunnel)
        {
            return ApiProblem.NotFound;
        }

        var (owner, _) = desk.ReadStored(await tunnels.FindPolicyAsync(caller.UserId, tunnel.Id, cancellationToken), tunnel.Spec.Proto);
        var client = registry.Find(tunnel.Owner, tunnel.Spec.Name)?.Public.Policy.Client?.Policy;
        Preconditions.Show(context, tunnel.Revision);
        return TypedResults.Ok(new PolicyAnswerBody { Rules = ToJson(owner?.ToShown()), ClientRules = ToJson(client?.ToShown()), TraceKey = desk.TraceKeyOf(tunnel.Id) });
    }

    private static async Task<Results<Ok<PolicyAnswerBody>, ApiProblem>> PutAsync(
        ApiCaller caller, string id, Body<PolicyBody> body, HttpContext context, OwnTunnelStore tunnels, TunnelRegistry registry, PolicyDesk desk, IEventLog events, CancellationToken cancellationToken)
    {
        if (await FindToChangeAsync(caller, id, tunnels, cancellationToken) is not { } known)
        {
            return ApiProblem.NotFound;
        }

        if (Preconditions.Check(context, known.Revision) is { } refused)
        {
            return refused;
        }

        var (policy, faults) = desk.Read(body.Value.Rules ?? default, PolicyOrigin.Owner);
        if (policy is null)
        {
            return ApiProblem.Of(StatusCodes.Status422UnprocessableEntity, Failure.Of(PolicyErrors.PolicyInvalid, $"/rules{faults[0]}")) with
            {
                Errors = [.. faults.Select(fault => new FieldError("/rules" + fault.Pointer, fault.Detail))],
            };
        }

        if (PolicyDesk.Unfit(policy, known.Spec.Proto) is { } unfit)
        {
            return ApiProblem.Of(StatusCodes.Status422UnprocessableEntity, Failure.Of(PolicyErrors.PolicyUnfit, unfit));
        }

        return await ChangeAsync(caller, known, policy, tunnels, registry, desk, events, cancellationToken)
            ? await GetAsync(caller, id, context, tunnels, registry, desk, cancellationToken)
            : Preconditions.Failed;
    }

    private static async Task<Results<NoContent, ApiProblem>> DeleteAsync(
        ApiCaller caller, string id, HttpContext context, OwnTunnelStore tunnels, TunnelRegistry registry, PolicyDesk desk, IEventLog events, CancellationToken cancellationToken)
    {
        if (await FindToChangeAsync(caller, id, tunnels, cancellationToken) is not { } known)
        {
            return ApiProblem.NotFound;
        }

        return Preconditions.Check(context, known.Revision) is { } refused ? refused
            : await ChangeAsync(caller, known, null, tunnels, registry, desk, events, cancellationToken) ? TypedResults.NoContent()
            : Preconditions.Failed;
    }

    private static Results<Ok<PolicyCheckResult>, ApiProblem> Check(ApiCaller caller, Body<PolicyCheckRequest> body, HttpContext context, PolicyDesk desk)
    {
        var (policy, faults) = desk.Read(body.Value.Rules ?? default, PolicyOrigin.Client);
        if (policy is null)
        {
            return TypedResults.Ok(new PolicyCheckResult { Valid = false, Faults = [.. faults.Select(fault => new PolicyCheckFault(fault.Pointer, fault.Detail))] });
        }

        if (body.Value.Target is not { } target)
        {
            return TypedResults.Ok(new PolicyCheckResult { Valid = true, Count = policy.Rules.Count });
        }

        return PolicyTrial.Describe(body.Value, target, context.Connection.RemoteIpAddress) is { } request
            ? TypedResults.Ok(PolicyTrial.Run(policy, request))
            : ApiProblem.Invalid(new FieldError("/target", "The request must have a target that begins with a slash, a host, an IP address, and headers as Name: value."));
    }

    // A token that is bound to names changes no other tunnel; it may see them, since it may list them.
    private static async Task<StoredTunnel?> FindToChangeAsync(ApiCaller caller, string id, OwnTunnelStore tunnels, CancellationToken cancellationToken) =>
        await tunnels.FindAsync(caller.UserId, new TunnelId(id), cancellationToken) is { } known && caller.Limits.Names.Contains(known.Spec.Name) ? known : null;

    private static async Task<bool> ChangeAsync(
        ApiCaller caller, StoredTunnel known, TunnelPolicy? policy, OwnTunnelStore tunnels, TunnelRegistry registry, PolicyDesk desk, IEventLog events, CancellationToken cancellationToken)
    {
        var (before, _) = desk.ReadStored(await tunnels.FindPolicyAsync(caller.UserId, known.Id, cancellationToken), known.Spec.Proto);
        if (!await tunnels.SetPolicyAsync(caller.UserId, known.Id, known.Revision, policy?.ToStored().ToJsonString(), cancellationToken))
        {
            return false;
        }

        registry.Find(known.Owner, known.Spec.Name)?.Public.Policy.SetOwner(policy, known.Revision + 1);
        await events.ChangedAsync(
            EventKinds.TunnelChanged, EventActor.Of(caller), caller.UserId, EventSubject.Of(known.Id, known.Spec.Name), ("policy", Words(before), Words(policy)));
        return true;
    }

    private static string? Words(TunnelPolicy? policy) => policy is null ? null : string.Join(", ", policy.Rules.Select(rule => rule.Kind));

    private static JsonElement? ToJson(JsonArray? rules)
    {
        if (rules is null)
        {
            return null;
        }

        using var document = JsonDocument.Parse(rules.ToJsonString());
        return document.RootElement.Clone();
    }
}
