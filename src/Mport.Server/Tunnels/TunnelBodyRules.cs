using Mport.Protocol.Errors;
using Mport.Server.Accounts;
using Mport.Server.Accounts.Teams;
using Mport.Server.Api;
using Mport.Server.Domains;
using Mport.Server.Hosting.Logging;

namespace Mport.Server.Tunnels;

/// <summary>What a caller may ask for in a tunnel's body, and what became of the wish in the API's words. Pure.</summary>
internal static class TunnelBodyRules
{
    /// <summary>The tunnel that is wanted, or what is wrong with the wish.</summary>
    /// <param name="body">The body.</param>
    /// <param name="edge">The edge's own domain.</param>
    /// <param name="names">The names that the caller's token may use.</param>
    /// <param name="known">The tunnel that is changed; null for a new one.</param>
    public static (TunnelSpec? Spec, IReadOnlyList<FieldError> Errors) Read(TunnelBody body, string edge, NamePatterns names, StoredTunnel? known)
    {
        var errors = new List<FieldError>();
        var name = body.Name ?? "";
        if (known is not null && name != known.Spec.Name)
        {
            errors.Add(new FieldError("/name", $"A tunnel's name cannot be changed; this one is {known.Spec.Name}."));
        }
        else if (!DomainName.IsLabel(name))
        {
            errors.Add(new FieldError("/name", "It must have 1 to 63 characters of a-z, 0-9 and hyphen, no hyphen at an end."));
        }
        else if (!names.Contains(name))
        {
            errors.Add(new FieldError("/name", "The token may not use it."));
        }

        var proto = TunnelProtoText.Parse(body.Proto);
        if (proto is null || (known is not null && proto != known.Spec.Proto))
        {
            errors.Add(new FieldError("/proto", known is null ? "It must be http, tls, tcp, udp or tcp+udp." : $"A tunnel's kind cannot be changed; this one is {known.Spec.Proto.ToText()}."));
        }

        ReadAddress(body, proto, names, known, errors);
        var (hosts, path) = ReadHosts(body, proto, edge, names, known, errors);
        var labels = ReadLabels(body.Labels, errors);
        if (body.Target is { } target && (target.Length is 0 or > TunnelSpec.MaxTargetHint || VisibleText.Of(target) != target))
        {
            errors.Add(new FieldError("/target", $"It must have 1 to {TunnelSpec.MaxTargetHint} visible characters."));
        }

        // Whether it is one of the caller's is for the claim to say.
        var team = TeamId.Parse(body.Team);
        if (body.Team is not null && team is null)
        {
            errors.Add(new FieldError("/team", "It must be a team's id, team_…."));
        }

        return errors.Count > 0 || proto is not { } kind
            ? (null, errors)
            : (new TunnelSpec { Name = name, Proto = kind, Subdomain = body.Subdomain, Hosts = hosts, Path = path, Port = body.Port, Labels = labels, TargetHint = body.Target, TeamId = team ?? known?.Spec.TeamId }, errors);
    }

    /// <summary>A refused claim as a problem.</summary>
    public static ApiProblem ToProblem(Failure failure)
    {
        if (failure.Code == ApiErrors.PreconditionFailed.Code)
        {
            return Preconditions.Failed;
        }

        var status = failure.Code == TunnelErrors.NameInvalid.Code || failure.Code == TunnelErrors.NameReserved.Code || failure.Code == TunnelErrors.PortOutOfRange.Code
            || failure.Code == TunnelErrors.ProtocolNotOffered.Code || failure.Code == DomainErrors.DomainInvalid.Code || failure.Code == TeamErrors.TeamUnknown.Code ? StatusCodes.Status422UnprocessableEntity
            : failure.Code == TeamErrors.ManagersOnly.Code ? StatusCodes.Status403Forbidden
            : failure.Code == ProtocolErrors.EdgeDraining.Code ? StatusCodes.Status503ServiceUnavailable
            : StatusCodes.Status409Conflict;
        return ApiProblem.Of(status, failure);
    }

    private static void ReadAddress(TunnelBody body, TunnelProto? proto, NamePatterns names, StoredTunnel? known, List<FieldError> errors)
    {
        if (body.Subdomain is { } subdomain)
        {
            if (proto is not null && proto.Value.UsesPort())
            {
                errors.Add(new FieldError("/subdomain", "Only an http tunnel has one."));
            }
            else if (Subdomain.Refuse(subdomain) is { } refused)
            {
                errors.Add(new FieldError("/subdomain", refused.Text));
            }
            else if (subdomain != known?.Spec.Subdomain && !names.Contains(subdomain))
            {
                errors.Add(new FieldError("/subdomain", "The token may not use it."));
            }
        }

        if (body.Port is not null && proto is not null && !proto.Value.UsesPort())
        {
            errors.Add(new FieldError("/port", "An http tunnel has none."));
        }
    }

    private static (TunnelHosts? Hosts, string? Path) ReadHosts(TunnelBody body, TunnelProto? proto, string edge, NamePatterns names, StoredTunnel? known, List<FieldError> errors)
    {
        var path = (string?)null;
        if (body.Path is { } wanted)
        {
            if (proto is not null and not TunnelProto.Http)
            {
                errors.Add(new FieldError("/path", "Only an http tunnel has one."));
            }
            else if (TunnelPath.Read(wanted, out path) is { } refused)
            {
                errors.Add(new FieldError("/path", refused.Text));
            }
        }

        if (body.Domains is not { } domains)
        {
            // A change that leaves them out says that there are none; PATCH gives those that there are.
            return (known is null ? null : TunnelHosts.None, path ?? (known is null ? null : TunnelPath.All));
        }

        if (proto is not null && proto.Value.UsesPort() && domains.Count > 0)
        {
            errors.Add(new FieldError("/domains", "Only an http or tls tunnel has any."));
        }

        if (domains.Count > TunnelHosts.Most)
        {
            errors.Add(new FieldError("/domains", $"It must have at most {TunnelHosts.Most} members."));
            return (null, path);
        }

        var read = new List<string>();
        for (var i = 0; i < domains.Count; i++)
        {
            if (CustomDomain.Read(domains[i] ?? "", edge, out var name) is { } refused)
            {
                errors.Add(new FieldError($"/domains/{i}", refused.Text));
            }
            else if (known?.Spec.Hosts?.Names.Contains(name) != true && !names.Contains(name))
            {
                errors.Add(new FieldError($"/domains/{i}", "The token may not use it."));
            }
            else
            {
                read.Add(name);
            }
        }

        return (TunnelHosts.Of(read), path ?? (known is null ? null : TunnelPath.All));
    }

    private static TunnelLabels ReadLabels(IReadOnlyDictionary<string, string?>? labels, List<FieldError> errors)
    {
        if (labels is null)
        {
            return TunnelLabels.None;
        }

        if (labels.Count > TunnelLabels.Most)
        {
            errors.Add(new FieldError("/labels", $"It must have at most {TunnelLabels.Most} members."));
            return TunnelLabels.None;
        }

        foreach (var (word, text) in labels)
        {
            if (!DomainName.IsLabel(word) || text is null || text.Length > TunnelLabels.MaxValue || VisibleText.Of(text) != text)
            {
                errors.Add(new FieldError("/labels", $"A label is a word of a-z, 0-9 and hyphen, with a text of at most {TunnelLabels.MaxValue} visible characters."));
                return TunnelLabels.None;
            }
        }

        return TunnelLabels.Of(labels.Select(pair => KeyValuePair.Create(pair.Key, pair.Value ?? "")));
    }
}
