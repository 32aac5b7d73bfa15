SELECT m.membership_id AS row_id, m.account_id AS user_id, m.updated_at AS changed_at,
       m.org_id AS group_id, o.updated_at AS organisation_changed_at, o.name, o.industry,
       o.employee_count AS employees, o.email, o.phone, o.website, o.plan_name AS plan, o.description,
       o.street, o.city, o.state, o.postal_code, o.country, o.created_at
FROM memberships m LEFT JOIN organisations o ON o.org_id = m.org_id
