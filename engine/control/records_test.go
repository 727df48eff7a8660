package control_test

import (
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/control"
)

// declared makes a scan profile.
func (h *house) declared(t *testing.T, caller engine.User, name string) engine.ScanProfile {
	t.Helper()
	profile, err := h.ScanProfiles().Create(t.Context(), caller, engine.ScanProfile{Name: name})
	if err != nil {
		t.Fatal(err)
	}
	return profile
}

func (h *house) profileNames(t *testing.T, caller engine.User) (names []string) {
	t.Helper()
	page, err := h.ScanProfiles().List(t.Context(), caller, control.RecordQuery{})
	if err != nil {
		t.Fatal(err)
	}
	for _, profile := range page.Items {
		names = append(names, profile.Name)
	}
	return names
}

func wantNames(t *testing.T, when string, got []string, want ...string) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s there are %q, want %q", when, got, want)
		return
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("%s there are %q, want %q", when, got, want)
		}
	}
}

// TestRecordsFollowTheirParty: what somebody has declared comes along into a team, stays
// there when they leave, and falls to who declared it when the team is dissolved.
func TestRecordsFollowTheirParty(t *testing.T) {
	h := open(t, t.TempDir())
	ann, bob := h.join(t, "ann@example.com", "red"), h.join(t, "bob@example.com", "")
	h.declared(t, ann, "weekly")
	clash := h.declared(t, bob, "Weekly")
	h.declared(t, bob, "nightly")
	if _, err := h.AddMember(t.Context(), "red", bob.Email); err != nil {
		t.Fatal(err)
	}
	wantNames(t, "in the team", h.profileNames(t, ann), "weekly", "Weekly (2)", "nightly")
	moved, err := h.ScanProfiles().Get(t.Context(), ann, clash.ID)
	if err != nil || moved.Name != "Weekly (2)" || moved.CreatedBy.Email != bob.Email {
		t.Errorf("moved is %+v, %v", moved, err)
	}
	// Everybody in the team changes and deletes.
	moved.Description = "now with a description"
	if _, err := h.ScanProfiles().Replace(t.Context(), ann, moved.ID, moved); err != nil {
		t.Error(err)
	}
	if _, err := h.RemoveMember(t.Context(), "red", bob.Email); err != nil {
		t.Fatal(err)
	}
	wantNames(t, "gone from the team, for bob", h.profileNames(t, bob))
	if err := h.RemoveTeam(t.Context(), "red"); err != nil {
		t.Fatal(err)
	}
	wantNames(t, "without the team, for ann", h.profileNames(t, ann), "weekly")
	wantNames(t, "without the team, for bob", h.profileNames(t, bob), "Weekly (2)", "nightly")
}
